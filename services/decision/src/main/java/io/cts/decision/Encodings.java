package io.cts.decision;

import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import io.cts.contract.LayerFeatures;
import io.cts.contract.PullPlanned.WantedEncoding;
import io.cts.cost.LayerState;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What decision knows of variants: asked for, there, or not to be had. */
final class Encodings {
  private final JdbcClient database;
  private final int encoders;

  Encodings(JdbcClient database, int encoders) {
    this.database = database;
    this.encoders = encoders;
  }

  private enum State {
    ASKED, THERE, FAILED
  }

  private record Variant(Digest diffId, Encoding encoding, State state, @Nullable Long sizeBytes) {}

  /**
   * What is known of the variants of some layers.
   *
   * @param backlogSeconds until all that was asked for is made
   */
  record Known(double backlogSeconds, Map<Digest, Map<Encoding, Long>> there, Map<Digest, List<Encoding>> asked,
      Map<Digest, List<Encoding>> failures) {
    static final Known NOTHING = new Known(0, Map.of(), Map.of(), Map.of());

    LayerState state(LayerFeatures layer) {
      var underWay = new HashMap<Encoding, Double>();
      asked.getOrDefault(layer.diffId(), List.of()).forEach(encoding -> underWay.put(encoding, backlogSeconds));
      return new LayerState(layer, there.getOrDefault(layer.diffId(), Map.of()), underWay);
    }

    boolean failed(Digest diffId, Encoding encoding) {
      return failures.getOrDefault(diffId, List.of()).contains(encoding);
    }
  }

  Known of(List<LayerFeatures> layers) {
    if (layers.isEmpty()) {
      return Known.NOTHING;
    }
    var there = new HashMap<Digest, Map<Encoding, Long>>();
    var asked = new HashMap<Digest, List<Encoding>>();
    var failed = new HashMap<Digest, List<Encoding>>();
    for (var variant : variants(layers)) {
      switch (variant.state()) {
        case ASKED -> asked.merge(variant.diffId(), List.of(variant.encoding()), Encodings::both);
        case FAILED -> failed.merge(variant.diffId(), List.of(variant.encoding()), Encodings::both);
        case THERE -> there.computeIfAbsent(variant.diffId(), _ -> new HashMap<>())
            .put(variant.encoding(),
                Objects.requireNonNull(variant.sizeBytes()));
      }
    }
    return new Known(backlogSeconds(), there, asked, failed);
  }

  private static List<Encoding> both(List<Encoding> some, List<Encoding> others) {
    return Stream.concat(some.stream(), others.stream()).toList();
  }

  private List<Variant> variants(List<LayerFeatures> layers) {
    return database.sql("select diff_id, encoding, state, size_bytes from encodings where diff_id in (:layers)")
        .param("layers", layers.stream().map(layer -> layer.diffId().toString()).distinct().toList())
        .query((row, _) -> new Variant(Digest.parse(row.getString("diff_id")),
            Encoding.parse(row.getString("encoding")),
            State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
            row.getObject("size_bytes", Long.class)))
        .list();
  }

  private double backlogSeconds() {
    return database.sql("select coalesce(sum(expected_seconds), 0) from encodings where state = 'asked'")
        .query(Double.class)
        .single() / encoders;
  }

  void asked(WantedEncoding wanted, double expectedSeconds, Instant at) {
    database.sql("""
        insert into encodings (diff_id, encoding, state, expected_seconds, changed_at) values (?, ?, 'asked', ?, ?)
        on conflict (diff_id, encoding) do nothing""")
        .params(wanted.diffId().toString(), wanted.encoding().toString(), expectedSeconds, Timestamp.from(at))
        .update();
  }

  void there(Digest diffId, Encoding encoding, long sizeBytes, Instant at) {
    set(diffId, encoding, "there", sizeBytes, at);
  }

  void failed(Digest diffId, Encoding encoding, Instant at) {
    set(diffId, encoding, "failed", null, at);
  }

  private void set(Digest diffId, Encoding encoding, String state, @Nullable Long sizeBytes, Instant at) {
    database.sql("""
        insert into encodings (diff_id, encoding, state, size_bytes, changed_at)
        values (:diffId, :encoding, :state, :sizeBytes, :at)
        on conflict (diff_id, encoding) do update
        set state = excluded.state, size_bytes = excluded.size_bytes, changed_at = excluded.changed_at
        where encodings.changed_at <= excluded.changed_at or encodings.state = 'asked'""")
        .param("diffId", diffId.toString())
        .param("encoding", encoding.toString())
        .param("state", state)
        .param("sizeBytes", sizeBytes)
        .param("at", Timestamp.from(at))
        .update();
  }

  /** Forgets what was asked for before {@code since} and never came, so that it may be asked for again. */
  int forgetAskedBefore(Instant since) {
    return forget("asked", since);
  }

  /** Forgets what failed before {@code since}: a disk that was full then may have room now. */
  int forgetFailedBefore(Instant since) {
    return forget("failed", since);
  }

  private int forget(String state, Instant since) {
    return database.sql("delete from encodings where state = ? and changed_at < ?")
        .params(state, Timestamp.from(since))
        .update();
  }
}
