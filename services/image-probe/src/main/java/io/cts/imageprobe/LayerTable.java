package io.cts.imageprobe;

import io.cts.contract.Digest;
import io.cts.contract.ImageStored.StoredLayer;
import io.cts.contract.LayerFeatures;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** The rows of {@code layers}. Every method is one statement of the transaction that it is called in. */
final class LayerTable {
  private final JdbcClient database;
  private final JsonMapper json;
  /** Tells this process's rows from others'. */
  private final UUID process = UUID.randomUUID();

  LayerTable(JdbcClient database, JsonMapper json) {
    this.database = database;
    this.json = json;
  }

  /** Has the layer read, unless it was, or never can be. */
  void want(StoredLayer layer, Instant now) {
    database.sql("""
        insert into layers (digest, stored_bytes, state, next_at, changed_at) values (?, ?, 'waiting', ?, ?)
        on conflict (digest) do update set state = 'waiting', attempts = 0, next_at = excluded.next_at
        where layers.state = 'unreadable' and not layers.lasting""")
        .params(layer.digest().toString(), layer.sizeBytes(), sql(now), sql(now))
        .update();
  }

  /** A layer that nobody reads, now in this process's hands until {@code until}; the longest waiting first. */
  Optional<LayerRow> take(Instant now, Instant until) {
    return database.sql("""
        update layers set state = 'reading', attempts = attempts + 1, held_by = :process, next_at = :until,
          changed_at = :now
        where digest = (select digest from layers where state in ('waiting', 'reading') and next_at <= :now
          order by next_at limit 1 for update skip locked)
        returning *""")
        .param("process", process)
        .param("until", sql(until))
        .param("now", sql(now))
        .query(this::row)
        .optional();
  }

  /** A sign of life for layers in this process's hands. */
  void hold(List<Digest> held, Instant until) {
    database.sql("""
        update layers set next_at = :until where state = 'reading' and held_by = :process and digest in (:held)""")
        .param("until", sql(until))
        .param("process", process)
        .param("held", held.stream().map(Digest::toString).toList())
        .update();
  }

  /** False if another process was quicker. */
  boolean read(Digest layer, LayerFeatures features, Instant now) {
    return database.sql("""
        update layers set state = 'read', held_by = null, features = ?, cause = null, changed_at = ?
        where digest = ? and state <> 'read'""")
        .params(json.writeValueAsString(features), sql(now), layer.toString())
        .update() == 1;
  }

  /** Lets it be taken again at {@code next}. */
  void pause(Digest layer, String cause, Instant now, Instant next) {
    database.sql("""
        update layers set state = 'waiting', held_by = null, next_at = ?, cause = ?, changed_at = ?
        where digest = ? and state = 'reading' and held_by = ?""")
        .params(sql(next), cause, sql(now), layer.toString(), process)
        .update();
  }

  /** Takes back that this process began. */
  void giveBack(Digest layer, Instant now) {
    database.sql("""
        update layers set state = 'waiting', attempts = attempts - 1, held_by = null, next_at = ?, changed_at = ?
        where digest = ? and state = 'reading' and held_by = ?""")
        .params(sql(now), sql(now), layer.toString(), process)
        .update();
  }

  /** False if it was told before, or read. */
  boolean unreadable(Digest layer, String cause, boolean lasting, Instant now) {
    return database.sql("""
        update layers set state = 'unreadable', held_by = null, cause = ?, lasting = ?, changed_at = ?
        where digest = ? and state in ('waiting', 'reading')""")
        .params(cause, lasting, sql(now), layer.toString())
        .update() == 1;
  }

  /** The layers of an image, in no order. */
  List<LayerRow> of(UUID stored) {
    return database.sql("""
        select layers.* from layers join profiling_layers on layer = digest where stored = ?""")
        .params(stored)
        .query(this::row)
        .list();
  }

  static OffsetDateTime sql(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }

  private LayerRow row(ResultSet row, int number) throws SQLException {
    var features = row.getString("features");
    return new LayerRow(Digest.parse(row.getString("digest")),
        LayerRow.State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)), row.getInt("attempts"),
        features == null ? null : json.readValue(features, LayerFeatures.class), row.getString("cause"));
  }
}
