package io.cts.compression;

import io.cts.contract.DeltaRequested;
import io.cts.contract.Digest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;

/** The rows of {@code deltas}. Every method is one statement of the transaction that it is called in. */
final class DeltaTable {
  private static final String KEY = """
      diff_id = :diffId and bases = :bases and effort = :effort and format_version = :formatVersion\s""";

  private final JdbcClient database;

  DeltaTable(JdbcClient database) {
    this.database = database;
  }

  /**
   * A delta in a worker's hands.
   *
   * @param attempts this one included
   * @param delta as it was made before
   */
  record Begun(int attempts, @Nullable Digest delta, long deltaBytes, double encodeSeconds,
      @Nullable Long repackedBytes) {}

  /**
   * The delta, now in the hands of who was given {@code job}; nothing where another has it who has time left.
   *
   * @param again whoever had {@code job} is gone
   */
  Optional<Begun> begin(DeltaRequested job, boolean again, Instant now, Duration allowed) {
    return with(job, """
        insert into deltas (diff_id, bases, effort, format_version, working_on, deadline, changed_at)
        values (:diffId, :bases, :effort, :formatVersion, :request, :deadline, :now)
        on conflict (diff_id, bases, effort, format_version) do update
        set working_on = excluded.working_on, deadline = excluded.deadline, changed_at = excluded.changed_at,
          attempts = deltas.attempts + 1
        where deltas.working_on is null or :again and deltas.working_on = excluded.working_on or deltas.deadline < :now
        returning *""").param("again", again)
        .param("deadline", now.plus(allowed).atOffset(ZoneOffset.UTC))
        .param("now", now.atOffset(ZoneOffset.UTC))
        .query(DeltaTable::begun)
        .optional();
  }

  /** False where another worker has taken it over. */
  boolean made(DeltaRequested job, DeltaMaker.Made made, Instant now) {
    return with(job, """
        update deltas set working_on = null, attempts = 0, delta = :delta, delta_bytes = :deltaBytes,
          encode_seconds = :seconds, repacked_bytes = :repacked, cause = null, changed_at = :now
        where\s""" + KEY + "and working_on = :request").param("delta", made.delta().toString())
        .param("deltaBytes", made.deltaBytes())
        .param("seconds", made.seconds())
        .param("repacked", made.repackedBytes())
        .param("now", now.atOffset(ZoneOffset.UTC))
        .update() == 1;
  }

  /** False where another worker has taken it over. */
  boolean failed(DeltaRequested job, String cause, Instant now) {
    return with(job, """
        update deltas set working_on = null, attempts = 0, delta = null, cause = :cause, changed_at = :now
        where\s""" + KEY + "and working_on = :request").param("cause", cause)
        .param("now", now.atOffset(ZoneOffset.UTC))
        .update() == 1;
  }

  /** Takes back that {@code job} was begun. */
  void giveBack(DeltaRequested job, Instant now) {
    with(job, "update deltas set working_on = null, attempts = attempts - 1, changed_at = :now where " + KEY
        + "and working_on = :request").param("now", now.atOffset(ZoneOffset.UTC)).update();
  }

  private StatementSpec with(DeltaRequested job, String sql) {
    return database.sql(sql)
        .param("diffId", job.target().diffId().toString())
        .param("bases", job.baseDiffIds().stream().map(Digest::toString).collect(Collectors.joining(" ")))
        .param("effort", job.effort().toString())
        .param("formatVersion", job.formatVersion())
        .param("request", job.id().value());
  }

  private static Begun begun(ResultSet row, int number) throws SQLException {
    var delta = row.getString("delta");
    return new Begun(row.getInt("attempts"), delta == null ? null : Digest.parse(delta), row.getLong("delta_bytes"),
        row.getDouble("encode_seconds"), row.getObject("repacked_bytes", Long.class));
  }
}
