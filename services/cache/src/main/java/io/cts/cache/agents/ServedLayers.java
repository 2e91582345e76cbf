package io.cts.cache.agents;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.cts.cache.catalog.Repository;
import io.cts.cache.catalog.WriteBehind;
import io.cts.cache.learning.Learned;
import io.cts.cache.learning.Since;
import io.cts.contract.Digest;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What each agent was served, from which repository. A delta builds upon nothing else: it would tell about the content of
 * layers that the agent claims to hold and has never seen (DESIGN, "The agent and deltas").
 */
public final class ServedLayers implements Learned {
  /** Of one agent; more than it can hold. */
  private static final int MOST = 16_384;
  private static final int MOST_AGENTS = 20_000;
  private static final int FORGOTTEN_AFTER_DAYS = 90;

  private final JdbcClient database;
  private final WriteBehind writes;
  private final Cache<AgentId, Set<Served>> byAgent = Caffeine.newBuilder().maximumSize(MOST_AGENTS).build();

  public ServedLayers(JdbcClient database, WriteBehind writes) {
    this.database = database;
    this.writes = writes;
  }

  /** @param blob as it was asked for: a diffID, an upstream's layer, a variant */
  public record Served(Digest blob, Repository repository) {}

  /** The agent is given {@code blob}, which it may read in that repository. */
  public void add(AgentId agent, Digest blob, Repository repository) {
    if (remember(agent, new Served(blob, repository))) {
      writes.later(() -> database.sql("""
          insert into served_layers (agent, blob, upstream, repository) values (?, ?, ?, ?)
          on conflict (agent, blob, upstream, repository) do update set served_at = now()""")
          .params(agent.value(), blob.toString(), repository.upstream(), repository.name())
          .update());
    }
  }

  private boolean remember(AgentId agent, Served layer) {
    var layers = byAgent.get(agent, _ -> ConcurrentHashMap.newKeySet());
    if (!layers.add(layer)) {
      return false;
    }
    if (layers.size() > MOST) {
      layers.stream().filter(other -> !other.equals(layer)).findAny().ifPresent(layers::remove);
    }
    return true;
  }

  public Set<Served> of(AgentId agent) {
    return byAgent.asMap().getOrDefault(agent, Set.of());
  }

  @Override
  public void learn(Since since) {
    if (since.isBeginning()) {
      database.sql("delete from served_layers where served_at < now() - make_interval(days => ?)")
          .param(FORGOTTEN_AFTER_DAYS)
          .update();
    }
    database.sql("select agent, blob, upstream, repository from served_layers where changed >= cast(? as xid8)")
        .param(since.transaction())
        .query((RowCallbackHandler) row -> remember(new AgentId(row.getString(1)), new Served(
            Digest.parse(row.getString(2)), new Repository(row.getString(3), row.getString(4)))));
  }
}
