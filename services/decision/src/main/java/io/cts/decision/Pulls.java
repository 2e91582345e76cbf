package io.cts.decision;

import io.cts.contract.Digest;
import io.cts.contract.PullId;
import io.cts.contract.PullRequested;
import io.cts.contract.Topics;
import io.cts.messaging.EventJson;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** One row a pull: what is known of it until it can be planned, and then its decision. */
final class Pulls {
  private final JdbcClient database;
  private final EventJson events;
  private final JsonMapper json;

  Pulls(JdbcClient database, EventJson events, JsonMapper json) {
    this.database = database;
    this.events = events;
    this.json = json;
  }

  enum State {
    WAITING, PLANNED, FAILED
  }

  /**
   * @param requested absent where the request has not come yet
   * @param manifest absent where the image is not profiled yet
   */
  record Row(
      PullId pull,
      Instant since,
      State state,
      @Nullable PullRequested requested,
      @Nullable Digest manifest,
      @Nullable String failure) {}

  /** The row of {@code pull}, made if it is not there and locked until the transaction ends: the point where facts meet. */
  Row lock(PullId pull, Instant now) {
    database.sql("insert into pulls (pull, since) values (?, ?) on conflict (pull) do nothing")
        .params(pull.value(), Timestamp.from(now))
        .update();
    return database.sql("select * from pulls where pull = ? for update").params(pull.value()).query(this::row).single();
  }

  Optional<Row> find(PullId pull) {
    return database.sql("select * from pulls where pull = ?").params(pull.value()).query(this::row).optional();
  }

  /** The decision on {@code pull} as JSON, as it was written. */
  Optional<String> decision(PullId pull) {
    return database.sql("select decision from pulls where pull = ? and decision is not null")
        .params(pull.value())
        .query(String.class)
        .optional();
  }

  void requested(PullRequested requested) {
    database.sql("update pulls set requested = cast(? as jsonb) where pull = ?")
        .params(events.write(requested), requested.pull().value())
        .update();
  }

  void profiled(PullId pull, Digest manifest) {
    database.sql("update pulls set manifest = ? where pull = ?").params(manifest.toString(), pull.value()).update();
  }

  void planned(PullId pull, Decision decision) {
    database
        .sql("update pulls set state = 'planned', decided_at = ?, decision = cast(? as json) where pull = ?")
        .params(Timestamp.from(decision.decidedAt()), json.writeValueAsString(decision), pull.value())
        .update();
  }

  void failed(PullId pull, String message, Instant at) {
    database.sql("update pulls set state = 'failed', decided_at = ?, failure = ? where pull = ?")
        .params(Timestamp.from(at), message, pull.value())
        .update();
  }

  /** Pulls that wanted an image since {@code since}. */
  long ofImageSince(Digest manifest, Instant since) {
    return database.sql("select count(*) from pulls where manifest = ? and since >= ?")
        .params(manifest.toString(), Timestamp.from(since))
        .query(Long.class)
        .single();
  }

  /** Waiting pulls whose image is profiled and whose request did not come before {@code since}; locked, others' left out. */
  List<Row> withoutRequest(Instant since) {
    return waiting("manifest is not null and requested is null", since);
  }

  /** Waiting pulls whose image was not profiled, since before {@code since}; locked, others' left out. */
  List<Row> withoutImage(Instant since) {
    return waiting("manifest is null", since);
  }

  private List<Row> waiting(String condition, Instant since) {
    return database.sql("select * from pulls where state = 'waiting' and " + condition
        + " and since < ? order by since limit 100 for update skip locked")
        .params(Timestamp.from(since))
        .query(this::row)
        .list();
  }

  long waiting() {
    return database.sql("select count(*) from pulls where state = 'waiting'").query(Long.class).single();
  }

  int forgetDecidedBefore(Instant since) {
    return database.sql("delete from pulls where decided_at < ?").params(Timestamp.from(since)).update();
  }

  private Row row(ResultSet row, int number) throws SQLException {
    var requested = row.getString("requested");
    var manifest = row.getString("manifest");
    return new Row(new PullId(row.getObject("pull", UUID.class)), row.getTimestamp("since").toInstant(),
        State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
        requested == null
            ? null
            : events.read(Topics.PULL_REQUESTED, requested.getBytes(StandardCharsets.UTF_8)),
        manifest == null ? null : Digest.parse(manifest), row.getString("failure"));
  }
}
