package io.cts.cache.residence;

import io.cts.contract.Digest;
import io.cts.cost.eviction.Worth;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What blobs cost and what they have saved, in Postgres: a restart goes on from there, and so do all processes over one
 * store. Every write may be repeated, but that a repeated {@link #add} counts twice.
 */
public final class WorthStore {
  private static final int FORGOTTEN_AFTER_DAYS = 90;
  private final JdbcClient database;
  private final Duration halfLife;

  public WorthStore(JdbcClient database, Duration halfLife) {
    this.database = database;
    this.halfLife = halfLife;
  }

  /**
   * @param seconds that it takes to have the blob again
   * @param worth absent where nothing was saved yet
   */
  public record Noted(double seconds, @Nullable Worth worth) {}

  /** Of every blob that was ever stored, but for those that nobody wanted for long. */
  Map<Digest, Noted> all() {
    database.sql("delete from blob_costs where worth_at < now() - make_interval(days => ?)")
        .param(FORGOTTEN_AFTER_DAYS)
        .update();
    return read(database.sql("select * from blob_costs"));
  }

  Map<Digest, Noted> of(Collection<Digest> blobs) {
    return read(database.sql("select * from blob_costs where digest = any(?)")
        .param(blobs.stream().map(Digest::toString).toArray(String[]::new)));
  }

  private static Map<Digest, Noted> read(JdbcClient.StatementSpec statement) {
    var noted = new HashMap<Digest, Noted>();
    statement.query((RowCallbackHandler) row -> noted.put(Digest.parse(row.getString("digest")), noted(row)));
    return noted;
  }

  private static Noted noted(ResultSet row) throws SQLException {
    var at = row.getTimestamp("worth_at");
    return new Noted(row.getDouble("seconds"),
        at == null ? null : new Worth(row.getDouble("worth"), at.toInstant()));
  }

  /** What fetching or making a blob took. */
  void save(Digest blob, double seconds) {
    database.sql("""
        insert into blob_costs (digest, seconds) values (?, ?)
        on conflict (digest) do update set seconds = excluded.seconds""").params(blob.toString(), seconds).update();
  }

  /** Adds seconds that blobs have saved by {@code at} to what is noted of them, which has faded meanwhile. */
  void add(Map<Digest, Double> saved, Instant at) {
    database.sql("""
        insert into blob_costs as noted (digest, seconds, worth, worth_at)
        select digest, 0, saved, ? from unnest(?, ?) as hits (digest, saved)
        on conflict (digest) do update
        set worth = excluded.worth + coalesce(noted.worth, 0) * power(2,
              - greatest(0, coalesce(extract(epoch from excluded.worth_at - noted.worth_at), 0)::float8) / ?),
            worth_at = greatest(noted.worth_at, excluded.worth_at)""")
        .params(Timestamp.from(at), saved.keySet().stream().map(Digest::toString).toArray(String[]::new),
            saved.values().toArray(Double[]::new), halfLife.toMillis() / 1000.0)
        .update();
  }
}
