package io.cts.cache.deltas;

import io.cts.cache.learning.Learned;
import io.cts.cache.learning.Since;
import io.cts.contract.DeltaFailed;
import io.cts.contract.DeltaMade;
import io.cts.contract.DeltaRequested.Effort;
import io.cts.contract.Digest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;

/** Deltas that were ever wanted: in memory to serve from, and in Postgres, which says who asks for one. */
final class DeltaStore implements Learned {
  /** After which one of which nothing was heard is asked for again. */
  private static final Duration OVERDUE = Duration.ofMinutes(15);
  /** Between a failure and the next attempt. */
  private static final Duration PAUSE = Duration.ofMinutes(10);
  private static final int MOST_REQUESTS = 3;
  private static final int FORGOTTEN_AFTER_DAYS = 1;
  private static final String KEY = """
      diff_id = :diffId and bases = :bases and effort = :effort and format_version = :formatVersion\s""";

  private final JdbcClient database;
  private final Lock lock = new ReentrantLock();
  private final Condition answered = lock.newCondition();
  private final Map<Digest, Map<DeltaKey, KnownDelta>> byLayer = new ConcurrentHashMap<>();

  DeltaStore(JdbcClient database) {
    this.database = database;
  }

  /** What is known of deltas that make the layer. */
  Collection<KnownDelta> of(Digest diffId) {
    return List.copyOf(byLayer.getOrDefault(diffId, Map.of()).values());
  }

  Optional<KnownDelta> find(DeltaKey key) {
    return Optional.ofNullable(byLayer.getOrDefault(key.diffId(), Map.of()).get(key));
  }

  /** Whether asking for it now could lead to anything. */
  static boolean mayBeAskedFor(KnownDelta known, Instant now) {
    return switch (known.state()) {
      case MADE -> false;
      case WANTED -> known.requests() < MOST_REQUESTS && known.askedAt().plus(OVERDUE).isBefore(now);
      case FAILED -> known.requests() < MOST_REQUESTS && known.askedAt().plus(PAUSE).isBefore(now);
    };
  }

  /**
   * Notes that the delta is wanted, within the transaction that asks for it; tells how often it was asked for with this,
   * nothing where somebody has asked already.
   */
  Optional<Integer> want(DeltaKey key, Instant now) {
    return with(key, """
        insert into deltas (diff_id, bases, effort, format_version, state, asked_at)
        values (:diffId, :bases, :effort, :formatVersion, 'wanted', :now)
        on conflict (diff_id, bases, effort, format_version) do update
        set state = 'wanted', requests = deltas.requests + 1, asked_at = excluded.asked_at, changed = excluded.changed
        where deltas.requests < :most and (deltas.state = 'wanted' and deltas.asked_at < :overdue
          or deltas.state = 'failed' and deltas.asked_at < :paused)
        returning requests""").param("now", now.atOffset(ZoneOffset.UTC))
        .param("most", MOST_REQUESTS)
        .param("overdue", now.minus(OVERDUE).atOffset(ZoneOffset.UTC))
        .param("paused", now.minus(PAUSE).atOffset(ZoneOffset.UTC))
        .query(Integer.class)
        .optional();
  }

  void save(DeltaMade made) {
    with(key(made),
        """
            insert into deltas (diff_id, bases, effort, format_version, state, delta, size_bytes, encode_seconds,
              repacked_bytes)
            values (:diffId, :bases, :effort, :formatVersion, 'made', :delta, :sizeBytes, :seconds, :repacked)
            on conflict (diff_id, bases, effort, format_version) do update
            set state = 'made', requests = 1, delta = excluded.delta, size_bytes = excluded.size_bytes,
              encode_seconds = excluded.encode_seconds, repacked_bytes = excluded.repacked_bytes, cause = null, changed = excluded.changed""")
        .param("delta", made.delta().toString())
        .param("sizeBytes", made.deltaSizeBytes())
        .param("seconds", made.encodeSeconds())
        .param("repacked", made.repackedBytes())
        .update();
    remember(new KnownDelta(key(made), KnownDelta.State.MADE, 1, made.at(), made.delta(), made.deltaSizeBytes(),
        Objects.requireNonNullElse(made.repackedBytes(), 0L)));
  }

  void save(DeltaFailed failed) {
    var key = new DeltaKey(failed.diffId(), failed.bases(), failed.effort(), failed.formatVersion());
    with(key, "update deltas set state = 'failed', cause = :cause, changed = pg_current_xact_id() where " + KEY
        + "and state = 'wanted'").param("cause", failed.cause()).update();
    remember(new KnownDelta(key, KnownDelta.State.FAILED, find(key).map(KnownDelta::requests).orElse(1), failed.at(),
        null, 0, 0));
  }

  /** Forgets a delta whose bytes were evicted: it may be wanted anew. */
  void delete(KnownDelta gone) {
    var ofLayer = byLayer.get(gone.key().diffId());
    if (ofLayer != null) {
      ofLayer.remove(gone.key(), gone);
    }
  }

  void deleteRow(KnownDelta gone) {
    with(gone.key(), "delete from deltas where " + KEY + "and state = 'made'").update();
  }

  void remember(KnownDelta delta) {
    byLayer.computeIfAbsent(delta.key().diffId(), _ -> new ConcurrentHashMap<>()).put(delta.key(), delta);
    if (delta.state() != KnownDelta.State.WANTED) {
      lock.lock();
      try {
        answered.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  /** The delta once it is made, if that is within {@code patience}; nothing where it cannot be, or takes longer. */
  Optional<KnownDelta> await(DeltaKey key, Duration patience) throws InterruptedException {
    var nanos = patience.toNanos();
    lock.lock();
    try {
      while (nanos > 0 && find(key).filter(it -> it.state() == KnownDelta.State.WANTED).isPresent()) {
        nanos = answered.awaitNanos(nanos);
      }
    } finally {
      lock.unlock();
    }
    return find(key).filter(it -> it.state() == KnownDelta.State.MADE);
  }

  static DeltaKey key(DeltaMade made) {
    return new DeltaKey(made.diffId(), made.bases(), made.effort(), made.formatVersion());
  }

  @Override
  public void learn(Since since) {
    if (since.isBeginning()) {
      database.sql("delete from deltas where state <> 'made' and asked_at < now() - make_interval(days => ?)")
          .param(FORGOTTEN_AFTER_DAYS)
          .update();
    }
    database.sql("select * from deltas where changed >= cast(? as xid8)")
        .param(since.transaction())
        .query((row, _) -> known(row))
        .list()
        .forEach(this::remember);
  }

  private StatementSpec with(DeltaKey key, String sql) {
    return database.sql(sql)
        .param("diffId", key.diffId().toString())
        .param("bases", key.basesText())
        .param("effort", key.effort().toString())
        .param("formatVersion", key.formatVersion());
  }

  private static KnownDelta known(ResultSet row) throws SQLException {
    var delta = row.getString("delta");
    var key = new DeltaKey(Digest.parse(row.getString("diff_id")), DeltaKey.parseBases(row.getString("bases")),
        Effort.valueOf(row.getString("effort").toUpperCase(Locale.ROOT)), row.getInt("format_version"));
    return new KnownDelta(key, KnownDelta.State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
        row.getInt("requests"), row.getTimestamp("asked_at").toInstant(), delta == null ? null : Digest.parse(delta),
        row.getLong("size_bytes"), row.getLong("repacked_bytes"));
  }
}
