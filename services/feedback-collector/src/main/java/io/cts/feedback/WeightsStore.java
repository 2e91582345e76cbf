package io.cts.feedback;

import io.cts.contract.Topics;
import io.cts.contract.WeightsPublished;
import io.cts.feedback.fit.HeldOut;
import io.cts.messaging.EventJson;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Published weights, and the attempts to find better ones. */
class WeightsStore {
  private final JdbcTemplate template;
  private final JdbcClient jdbc;
  private final EventJson json = new EventJson();

  /**
   * Weights that were published.
   *
   * @param errorBefore held-out error of those before, absent for weights that were found on their topic only
   */
  record Version(long number, WeightsPublished published, @Nullable Double errorBefore, @Nullable Integer nodes) {}

  /** @param outcome {@code better}, {@code worse}, {@code same} or {@code not enough data} */
  record Attempt(
      Instant at,
      String outcome,
      String reason,
      @Nullable Double errorBefore,
      @Nullable Double errorAfter) {}

  WeightsStore(JdbcTemplate template) {
    this.template = template;
    this.jdbc = JdbcClient.create(template);
  }

  Optional<Version> newest() {
    return jdbc.sql("select * from weights.version order by number desc limit 1")
        .query((row, _) -> version(row))
        .optional();
  }

  List<Version> versions() {
    return jdbc.sql("select * from weights.version order by number desc").query((row, _) -> version(row)).list();
  }

  private Version version(ResultSet row) throws SQLException {
    var event = json.read(Topics.WEIGHTS_PUBLISHED, row.getString("event").getBytes(StandardCharsets.UTF_8));
    return new Version(row.getLong("number"), event, row.getObject("error_before", Double.class),
        row.getObject("nodes", Integer.class));
  }

  /** @return whether it was not there yet */
  boolean add(long number, WeightsPublished published, @Nullable HeldOut heldOut) {
    return template.update("""
        insert into weights.version (number, version, event, samples, error_after, error_before, nodes, reason,
          published_at)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?)
        on conflict do nothing
        """, number, published.weights().version(), json.write(published), published.weights().samples(),
        published.meanAbsolutePercentageError(), heldOut == null ? null : heldOut.before(),
        heldOut == null ? null : heldOut.nodes(), published.reason(), OutcomeStore.time(published.at())) == 1;
  }

  void attempted(Attempt attempt) {
    template.update(
        "insert into weights.attempt (at, outcome, reason, error_before, error_after) values (?, ?, ?, ?, ?)",
        OutcomeStore.time(attempt.at()), attempt.outcome(), attempt.reason(), attempt.errorBefore(),
        attempt.errorAfter());
  }

  Optional<Attempt> lastAttempt() {
    return jdbc.sql("select * from weights.attempt order by id desc limit 1")
        .query((row, _) -> new Attempt(row.getObject("at", OffsetDateTime.class).toInstant(), row.getString("outcome"),
            row.getString("reason"), row.getObject("error_before", Double.class),
            row.getObject("error_after", Double.class)))
        .optional();
  }

  /** Lets one process at a time past, until the transaction ends. */
  void lock() {
    jdbc.sql("lock table weights.version in exclusive mode").update();
  }
}
