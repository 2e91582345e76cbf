package io.cts.cache.pipeline;

import io.cts.cache.learning.Since;
import io.cts.cache.observe.PullTracker;
import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import io.cts.contract.Form;
import io.cts.contract.NodeId;
import io.cts.contract.PullId;
import io.cts.contract.PullPlanned;
import io.cts.contract.PullRequested;
import io.cts.contract.PullRequested.Origin;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** Requested pulls on their way to ready. Used inside transactions. */
final class PullStore {
  private final JdbcClient database;
  private final JsonMapper json;

  PullStore(JdbcClient database, JsonMapper json) {
    this.database = database;
    this.json = json;
  }

  /** What a plan asked for, of one layer. */
  record Wanted(Digest diffId, Encoding encoding) {}

  private record WantedList(List<Wanted> list) {}

  /**
   * @param request absent while only the plan has come
   * @param manifest absent until the image is stored
   */
  record Row(
      PullId pull,
      String state,
      @Nullable PullRequested request,
      @Nullable Digest manifest,
      @Nullable Form form,
      List<Wanted> wanted,
      int attempts) {}

  void requested(PullRequested request) {
    database.sql("""
        insert into pulls (pull, request, image, node, state) values (?, ?::jsonb, ?, ?, 'requested')
        on conflict (pull) do update set request = excluded.request, image = excluded.image, node = excluded.node""")
        .params(Arrays.asList(request.pull().toString(), json.writeValueAsString(request),
            request.image().toString(), request.node() == null ? null : request.node().toString()))
        .update();
  }

  void stored(PullId pull, Digest manifest) {
    database.sql("""
        update pulls set manifest = ?, state = case when state = 'requested' then 'stored' else state end,
        updated_at = now() where pull = ?""").params(manifest.toString(), pull.toString()).update();
  }

  void planned(PullPlanned event) {
    var wanted = new WantedList(
        event.wanted().stream().map(it -> new Wanted(it.diffId(), it.encoding())).toList());
    database.sql(
        """
            insert into pulls (pull, manifest, form, wanted, state) values (?, ?, ?, ?::jsonb, 'planned')
            on conflict (pull) do update set manifest = excluded.manifest, form = excluded.form, wanted = excluded.wanted,
              state = case when pulls.state in ('ready', 'failed') then pulls.state else 'planned' end, updated_at = now()""")
        .params(event.pull().toString(), event.manifest().toString(), event.plan().form().toString(),
            json.writeValueAsString(wanted))
        .update();
  }

  void moved(PullId pull, String state) {
    database.sql("update pulls set state = ?, updated_at = now(), changed = pg_current_xact_id() where pull = ?")
        .params(state, pull.toString())
        .update();
  }

  /** A node came for an announced pull. */
  void taken(PullId pull) {
    database.sql("update pulls set taken = true, changed = pg_current_xact_id() where pull = ?")
        .param(pull.toString())
        .update();
  }

  /**
   * An announced pull that is ready.
   *
   * @param at when it became so, at the latest
   */
  record Announced(PullId pull, Digest manifest, @Nullable NodeId node, Instant at, boolean taken) {}

  /** What became ready, or was taken, since; of the last day. */
  List<Announced> announced(Since since) {
    return database.sql("""
        select pull, manifest, node, updated_at, taken from pulls
        where changed >= cast(? as xid8) and state = 'ready' and manifest is not null
        and request ->> 'origin' in (?, ?) and updated_at > ? and (not taken or cast(? as xid8) > '0')""")
        .params(since.transaction(), Origin.API.toString(), Origin.WATCH.toString(),
            Timestamp.from(Instant.now().minus(PullTracker.WAITS)), since.transaction())
        .query((row, _) -> {
          var node = row.getString("node");
          return new Announced(PullId.parse(row.getString("pull")), Digest.parse(row.getString("manifest")),
              node == null ? null : NodeId.of(node), row.getTimestamp("updated_at").toInstant(),
              row.getBoolean("taken"));
        })
        .list();
  }

  void tryAgain(PullId pull, Instant due) {
    database.sql("update pulls set attempts = attempts + 1, due_at = ?, updated_at = now() where pull = ?")
        .params(Timestamp.from(due), pull.toString())
        .update();
  }

  /** Takes the pull's image for this process to store; false where another has it, or it is not to be stored. */
  boolean claim(PullId pull, Duration lease) {
    return database.sql("""
        update pulls set due_at = now() + make_interval(secs => ?)
        where pull = ? and state = 'requested' and due_at <= now()""")
        .params(lease.toMillis() / 1000.0, pull.toString())
        .update() == 1;
  }

  /** Keeps what was claimed a while longer. */
  void renew(Collection<PullId> claimed, Duration lease) {
    database.sql("""
        update pulls set due_at = now() + make_interval(secs => ?) where pull = any(?) and state = 'requested'""")
        .params(lease.toMillis() / 1000.0, claimed.stream().map(PullId::toString).toArray(String[]::new))
        .update();
  }

  /** Forgets pulls that ended long ago. */
  void forget(Duration age) {
    database.sql("delete from pulls where state in ('ready', 'failed') and updated_at < ?")
        .param(Timestamp.from(Instant.now().minus(age)))
        .update();
  }

  /** The pull's row, locked until the transaction ends. */
  Optional<Row> lock(PullId pull) {
    return database.sql("select * from pulls where pull = ? for update")
        .param(pull.toString())
        .query((row, _) -> row(row))
        .optional();
  }

  Optional<Row> find(PullId pull) {
    return database.sql("select * from pulls where pull = ?")
        .param(pull.toString())
        .query((row, _) -> row(row))
        .optional();
  }

  List<PullId> plannedThatWant(Digest diffId) {
    return ids(database.sql("""
        select pull from pulls where state = 'planned'
        and wanted @> jsonb_build_object('list', jsonb_build_array(jsonb_build_object('diffId', ?::text)))""")
        .param(diffId.toString()));
  }

  List<PullId> plannedOf(Digest manifest) {
    return ids(
        database.sql("select pull from pulls where state = 'planned' and manifest = ?").param(manifest.toString()));
  }

  List<PullId> plannedBefore(Duration age) {
    return ids(database.sql("select pull from pulls where state = 'planned' and updated_at < ? limit 100")
        .param(Timestamp.from(Instant.now().minus(age))));
  }

  /** Those that wait for something, to be looked at again. */
  List<Row> planned() {
    return database.sql("select * from pulls where state = 'planned' order by updated_at limit 500")
        .query((row, _) -> row(row))
        .list();
  }

  List<PullId> due() {
    return ids(database.sql("select pull from pulls where state = 'requested' and due_at <= now() limit 100"));
  }

  private static List<PullId> ids(JdbcClient.StatementSpec statement) {
    return statement.query(String.class).list().stream().map(PullId::parse).toList();
  }

  private Row row(ResultSet row) throws SQLException {
    var request = row.getString("request");
    var manifest = row.getString("manifest");
    var form = row.getString("form");
    var wantedJson = row.getString("wanted");
    var wanted = wantedJson == null ? null : json.readValue(wantedJson, WantedList.class);
    return new Row(PullId.parse(row.getString("pull")), row.getString("state"),
        request == null ? null : json.readValue(request, PullRequested.class),
        manifest == null ? null : Digest.parse(manifest),
        form == null ? null : json.readValue('"' + form + '"', Form.class),
        wanted == null ? List.of() : wanted.list(),
        row.getInt("attempts"));
  }
}
