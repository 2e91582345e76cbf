package io.cts.compression;

import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import io.cts.contract.EventId;
import io.cts.contract.PullId;
import io.cts.contract.PullPlanned.WantedEncoding;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;

/** The rows of {@code encodings}. Every method is one statement of the transaction that it is called in. */
final class EncodingTable {
  private static final String KEY = "diff_id = :diffId and encoding = :encoding and codec_version = :codecVersion";

  private final JdbcClient database;

  EncodingTable(JdbcClient database) {
    this.database = database;
  }

  /** The new row, or nothing where the variant was wanted before. */
  Optional<EncodingRow> insert(VariantKey key, WantedEncoding wanted, PullId pull, Instant now, Instant deadline) {
    return with(key, """
        insert into encodings
          (diff_id, encoding, codec_version, layer, stored_as, plain_bytes, pull, state, deadline, changed_at,
           wanted_at)
        values (:diffId, :encoding, :codecVersion, :layer, :storedAs, :plainBytes, :pull, 'requested', :deadline, :now,
           :now)
        on conflict do nothing returning *""").param("layer", wanted.layer().toString())
        .param("storedAs", wanted.storedAs().token())
        .param("plainBytes", wanted.sizeBytes())
        .param("pull", pull.value())
        .param("deadline", sql(deadline))
        .param("now", sql(now))
        .query(EncodingTable::row)
        .optional();
  }

  /** The variant that was made last, if one was. */
  Optional<Digest> made(VariantKey key) {
    return with(key, "select variant from encodings where state = 'done' and variant is not null and " + KEY)
        .query(String.class)
        .optional()
        .map(Digest::parse);
  }

  /** The row, locked until the transaction ends. */
  EncodingRow lock(VariantKey key) {
    return with(key, "select * from encodings where " + KEY + " for update").query(EncodingTable::row).single();
  }

  /** Begins another round, from the source that is wanted now. */
  EncodingRow renew(VariantKey key, WantedEncoding wanted, Instant now, Instant deadline) {
    return with(key, """
        update encodings set state = 'requested', round = round + 1, requests = 1, attempts = 0, working_on = null,
          deadline = :deadline, layer = :layer, stored_as = :storedAs, cause = null, hopeless = false, variant = null,
          variant_bytes = null, changed_at = :now, wanted_at = :now
        where\s""" + KEY + " returning *").param("layer", wanted.layer().toString())
        .param("storedAs", wanted.storedAs().token())
        .param("deadline", sql(deadline))
        .param("now", sql(now))
        .query(EncodingTable::row)
        .single();
  }

  /** Puts the request on the queue again. */
  EncodingRow requestAgain(VariantKey key, Instant now, Instant deadline) {
    return with(key, """
        update encodings set state = 'requested', requests = requests + 1, working_on = null, deadline = :deadline,
          changed_at = :now
        where\s""" + KEY + " returning *").param("deadline", sql(deadline))
        .param("now", sql(now))
        .query(EncodingTable::row)
        .single();
  }

  /**
   * The row, now in the hands of who was given {@code request}; nothing where there is no work: it is made, given up, or
   * in the hands of another who has time left.
   *
   * @param again whoever had {@code request} is gone
   */
  Optional<EncodingRow> begin(VariantKey key, EventId request, boolean again, Instant now, Duration allowed) {
    return with(key, """
        update encodings set state = 'working', attempts = attempts + 1, working_on = :request, deadline = :deadline,
          changed_at = :now
        where\s""" + KEY + """
         and (state = 'requested' or state = 'working' and (:again and working_on = :request or deadline < :now))
        returning *""").param("request", request.value())
        .param("again", again)
        .param("deadline", sql(now.plus(allowed)))
        .param("now", sql(now))
        .query(EncodingTable::row)
        .optional();
  }

  /** The row as made, for the first who says so; nothing for all others. */
  Optional<EncodingRow> done(VariantKey key, VariantMaker.Made made, Instant now) {
    return with(key, """
        update encodings set state = 'done', working_on = null, variant = :variant, variant_bytes = :variantBytes,
          encode_seconds = :seconds, cause = null, hopeless = false, changed_at = :now
        where\s""" + KEY + " and state <> 'done' returning *").param("variant", made.variant().toString())
        .param("variantBytes", made.variantBytes())
        .param("seconds", made.seconds())
        .param("now", sql(now))
        .query(EncodingTable::row)
        .optional();
  }

  /** Lets the sweeper request it again at {@code next}. */
  void pause(VariantKey key, EventId request, String cause, Instant now, Instant next) {
    with(key, """
        update encodings set state = 'requested', working_on = null, deadline = :deadline, cause = :cause,
          changed_at = :now
        where\s""" + KEY + " and state = 'working' and working_on = :request").param("request", request.value())
        .param("deadline", sql(next))
        .param("cause", cause)
        .param("now", sql(now))
        .update();
  }

  /** Takes back that {@code request} was begun. */
  void giveBack(VariantKey key, EventId request, Instant now, Instant deadline) {
    with(key, """
        update encodings set state = 'requested', working_on = null, attempts = attempts - 1, deadline = :deadline,
          changed_at = :now
        where\s""" + KEY + " and state = 'working' and working_on = :request").param("request", request.value())
        .param("deadline", sql(deadline))
        .param("now", sql(now))
        .update();
  }

  /** The row as given up, for the first who says so while it is neither made nor given up. */
  Optional<EncodingRow> failed(VariantKey key, String cause, boolean hopeless, Instant now) {
    return with(key,
        """
            update encodings set state = 'failed', working_on = null, cause = :cause, hopeless = :hopeless, changed_at = :now
            where\s"""
            + KEY + " and state in ('requested', 'working') returning *")
        .param("cause", cause)
        .param("hopeless", hopeless)
        .param("now", sql(now))
        .query(EncodingTable::row)
        .optional();
  }

  /** Rows past their deadline, locked; those that another sweeper holds are left to it. */
  List<EncodingRow> overdue(Instant now, int most) {
    return database.sql("""
        select * from encodings where state in ('requested', 'working') and deadline < :now
        order by deadline limit :most for update skip locked""")
        .param("now", sql(now))
        .param("most", most)
        .query(EncodingTable::row)
        .list();
  }

  /** Variants that are wanted and neither made nor given up. */
  long waiting() {
    return database.sql("select count(*) from encodings where state in ('requested', 'working')")
        .query(Long.class)
        .single();
  }

  /** How long the oldest of those has waited, in seconds; 0 where none waits. */
  double oldestWaitingSeconds(Instant now) {
    return database.sql("""
        select coalesce(extract(epoch from cast(:now as timestamptz) - min(wanted_at)), 0) from encodings
        where state in ('requested', 'working')""").param("now", sql(now)).query(Double.class).single();
  }

  private StatementSpec with(VariantKey key, String sql) {
    return database.sql(sql)
        .param("diffId", key.diffId().toString())
        .param("encoding", key.encoding().toString())
        .param("codecVersion", key.codecVersion());
  }

  private static OffsetDateTime sql(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }

  private static EncodingRow row(ResultSet row, int number) throws SQLException {
    var key = new VariantKey(Digest.parse(row.getString("diff_id")), Encoding.parse(row.getString("encoding")),
        row.getString("codec_version"));
    var variant = row.getString("variant");
    return new EncodingRow(key, Digest.parse(row.getString("layer")),
        CodecFamily.ofToken(row.getString("stored_as")).orElseThrow(), row.getLong("plain_bytes"),
        new PullId(row.getObject("pull", UUID.class)),
        EncodingRow.State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)), row.getInt("round"),
        row.getInt("requests"), row.getInt("attempts"), variant == null ? null : Digest.parse(variant),
        row.getString("cause"), row.getBoolean("hopeless"));
  }
}
