package io.cts.cache.choice;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.cts.cache.catalog.WriteBehind;
import io.cts.cache.learning.Learned;
import io.cts.cache.learning.Since;
import io.cts.contract.Digest;
import io.cts.contract.NodeId;
import java.util.Set;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Which nodes hold which originals: a node that began a pull of the original keeps it until the upstream's digest changes,
 * for in another form it would download every layer again.
 */
public final class OriginalHolders implements Learned {
  private static final int MOST = 500_000;
  private static final int FORGOTTEN_AFTER_DAYS = 30;

  private final JdbcClient database;
  private final WriteBehind writes;
  private final Cache<Holding, Boolean> holders = Caffeine.newBuilder().maximumSize(MOST).build();

  public OriginalHolders(JdbcClient database, WriteBehind writes) {
    this.database = database;
    this.writes = writes;
  }

  public record Holding(NodeId node, Digest original) {}

  /** The node fetched the original after a tag was answered with it. */
  public void add(NodeId node, Digest original) {
    if (holders.asMap().putIfAbsent(new Holding(node, original), true) == null) {
      writes.later(() -> database.sql("insert into node_answers (node, original) values (?, ?) on conflict do nothing")
          .params(node.toString(), original.toString())
          .update());
    }
  }

  boolean contains(NodeId node, Digest original) {
    return holders.getIfPresent(new Holding(node, original)) != null;
  }

  @Override
  public void learn(Since since) {
    if (since.isBeginning()) {
      database.sql("delete from node_answers where answered_at < now() - make_interval(days => ?)")
          .param(FORGOTTEN_AFTER_DAYS)
          .update();
    }
    database.sql("select node, original from node_answers where changed >= cast(? as xid8)")
        .param(since.transaction())
        .query((RowCallbackHandler) row -> restore(new Holding(NodeId.of(row.getString(1)),
            Digest.parse(row.getString(2)))));
  }

  /** All of them; a copy. */
  public Set<Holding> all() {
    return Set.copyOf(holders.asMap().keySet());
  }

  /** Takes over what was known earlier. */
  public void restore(Holding holding) {
    holders.put(holding, true);
  }
}
