package io.cts.cache.agents;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.cts.cache.catalog.WriteBehind;
import io.cts.cache.learning.Learned;
import io.cts.cache.learning.Since;
import io.cts.contract.Digest;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** Which layers each agent last said that it holds. A wrong one costs a fallback and nothing else. */
public final class Inventories implements Learned {
  /** Layers of one agent. */
  static final int MOST = 4096;
  private static final int MOST_AGENTS = 20_000;

  private final JdbcClient database;
  private final WriteBehind writes;
  private final JsonMapper json;
  private final Cache<AgentId, Set<Digest>> byAgent = Caffeine.newBuilder().maximumSize(MOST_AGENTS).build();

  public Inventories(JdbcClient database, WriteBehind writes, JsonMapper json) {
    this.database = database;
    this.writes = writes;
    this.json = json;
  }

  /** The agent holds {@code layers}, and no others any more. */
  void replace(AgentId agent, Set<Digest> layers) {
    var before = byAgent.asMap().put(agent, Set.copyOf(layers));
    if (layers.equals(before)) {
      return;
    }
    writes.later(() -> {
      database.sql("""
          insert into inventories (agent, layers) values (?, ?::jsonb)
          on conflict (agent) do update set layers = excluded.layers, changed = excluded.changed""")
          .params(agent.value(), json.writeValueAsString(layers))
          .update();
      database.sql("update agents set seen_at = now() where agent = ?").param(agent.value()).update();
    });
  }

  public Set<Digest> of(AgentId agent) {
    return byAgent.asMap().getOrDefault(agent, Set.of());
  }

  /** All that say they hold at least one of {@code layers}. */
  public List<AgentId> holding(Set<Digest> layers) {
    return byAgent.asMap()
        .entrySet()
        .stream()
        .filter(inventory -> layers.stream().anyMatch(inventory.getValue()::contains))
        .map(inventory -> inventory.getKey())
        .toList();
  }

  @Override
  public void learn(Since since) {
    database.sql("select agent, layers::text from inventories where changed >= cast(? as xid8)")
        .param(since.transaction())
        .query((RowCallbackHandler) row -> byAgent.put(new AgentId(row.getString(1)),
            Stream.of(json.readValue(row.getString(2), Digest[].class)).collect(Collectors.toUnmodifiableSet())));
  }
}
