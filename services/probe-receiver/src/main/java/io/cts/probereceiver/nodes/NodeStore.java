package io.cts.probereceiver.nodes;

import static io.cts.probereceiver.PostgresTime.instant;
import static io.cts.probereceiver.PostgresTime.instantOrNull;
import static io.cts.probereceiver.PostgresTime.utc;

import io.cts.contract.Engine;
import io.cts.contract.NodeId;
import io.cts.contract.NodeProfile;
import io.cts.probereceiver.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The tables {@code nodes.node} and {@code nodes.facts}. */
@Repository
class NodeStore {
  private static final String COLUMNS = "id, engine, first_seen, last_seen, group_shown_at, published, published_at,"
      + " (select jsonb_agg(profile order by source) from nodes.facts where node = id) as facts";

  private final JdbcClient jdbc;
  private final Json json;

  NodeStore(JdbcClient jdbc, Json json) {
    this.jdbc = jdbc;
    this.json = json;
  }

  /**
   * The node, made where it is new, and locked until the transaction ends.
   *
   * @param engine replaces the one held; absent: it stays, and is unknown for a new node
   */
  NodeRow locked(NodeId node, @Nullable Engine engine, Instant now) {
    jdbc.sql("""
        insert into nodes.node (id, engine, first_seen, last_seen)
        values (:id, coalesce(:engine, :unknown), :now, :now)
        on conflict (id) do update set engine = coalesce(:engine, nodes.node.engine),
            last_seen = greatest(nodes.node.last_seen, excluded.last_seen)
        """)
        .param("id", node.toString())
        .param("engine", engine == null ? null : engine.toString())
        .param("unknown", Engine.UNKNOWN.toString())
        .param("now", utc(now))
        .update();
    return find(node).orElseThrow();
  }

  Optional<NodeRow> find(NodeId node) {
    return jdbc.sql("select " + COLUMNS + " from nodes.node where id = :id")
        .param("id", node.toString())
        .query(this::row)
        .optional();
  }

  boolean has(NodeId node) {
    return jdbc.sql("select exists (select from nodes.node where id = :id)")
        .param("id", node.toString())
        .query(Boolean.class)
        .single();
  }

  /** In the order of their names, after {@code after}. */
  List<NodeRow> page(@Nullable String after, int limit) {
    return jdbc.sql("select " + COLUMNS + " from nodes.node where id collate \"C\" > :after"
        + " order by id collate \"C\" limit :limit")
        .param("after", after == null ? "" : after)
        .param("limit", limit)
        .query(this::row)
        .list();
  }

  /** Replaces what the profile's source said of its node before. */
  void say(NodeProfile profile) {
    jdbc.sql("""
        insert into nodes.facts (node, source, profile) values (:node, :source, cast(:profile as jsonb))
        on conflict (node, source) do update set profile = excluded.profile
        """)
        .param("node", profile.node().toString())
        .param("source", profile.source().toString())
        .param("profile", json.write(profile))
        .update();
  }

  /** Forgets what {@code source} said of the node. */
  void unsay(NodeId node, NodeProfile.Source source) {
    jdbc.sql("delete from nodes.facts where node = :node and source = :source")
        .param("node", node.toString())
        .param("source", source.toString())
        .update();
  }

  void shownToBeGroup(NodeId node, Instant at) {
    jdbc.sql("update nodes.node set group_shown_at = greatest(group_shown_at, :at) where id = :id")
        .param("at", utc(at))
        .param("id", node.toString())
        .update();
  }

  void published(NodeProfile profile, Instant now) {
    jdbc.sql("update nodes.node set published = cast(:profile as jsonb), published_at = :now where id = :id")
        .param("profile", json.write(profile))
        .param("now", utc(now))
        .param("id", profile.node().toString())
        .update();
  }

  private NodeRow row(ResultSet row, int number) throws SQLException {
    var facts = json.read(row.getString("facts"), NodeProfile[].class);
    return new NodeRow(NodeId.of(row.getString("id")), Engine.parse(row.getString("engine")),
        instant(row, "first_seen"), instant(row, "last_seen"),
        instantOrNull(row, "group_shown_at"), json.read(row.getString("published"), NodeProfile.class),
        instantOrNull(row, "published_at"), new Facts(facts == null ? List.of() : List.of(facts)));
  }
}
