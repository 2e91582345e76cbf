package io.cts.feedback;

import io.cts.contract.CodecFamily;
import io.cts.contract.ImageProfiled;
import io.cts.contract.NodeProfile;
import io.cts.contract.NodeProfiled;
import io.cts.contract.PullPlanned;
import io.cts.contract.PullReported;
import io.cts.contract.TransferObserved;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/** Notes what was predicted and what it took. Whatever comes again changes nothing. */
class OutcomeStore {
  private final JdbcTemplate jdbc;

  OutcomeStore(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  void transfers(List<TransferObserved> transfers) {
    jdbc.batchUpdate("""
        insert into feedback.transfer (event_id, node, engine_class, pull, diff_id, form, encoding, byte_offset,
          wire_bytes, complete, source, started_at, seconds, ended_at, predicted_seconds, model_version)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        on conflict (event_id) do nothing
        """, transfers.stream().map(OutcomeStore::row).toList());
  }

  private static @Nullable Object[] row(TransferObserved transfer) {
    var seconds = transfer.seconds();
    var ended = seconds == null ? null : transfer.startedAt().plusNanos((long) (seconds * 1e9));
    return new @Nullable Object[]{transfer.id().value(), transfer.node().value(),
        transfer.engine().engineClass().toString(), transfer.pull().value(), text(transfer.diffId()),
        transfer.form().toString(), text(transfer.encoding()), transfer.offset(), transfer.wireBytes(),
        transfer.complete(), transfer.source().toString(), time(transfer.startedAt()), seconds,
        ended == null ? null : time(ended), transfer.predictedSeconds(), transfer.modelVersion()};
  }

  void reports(List<PullReported> reports) {
    jdbc.batchUpdate("""
        insert into feedback.report (event_id, at, pull, node, form, total_seconds) values (?, ?, ?, ?, ?, ?)
        on conflict (event_id) do nothing
        """,
        reports.stream()
            .map(report -> new @Nullable Object[]{report.id().value(), time(report.at()), report.pull().value(),
                report.node().value(), report.form().toString(), report.totalSeconds()})
            .toList());
    var layers = new ArrayList<@Nullable Object[]>();
    for (var report : reports) {
      var ordinal = 0;
      for (var layer : report.layers()) {
        layers.add(new @Nullable Object[]{report.id().value(), ordinal++, layer.diffId().toString(),
            layer.encoding().toString(), layer.wireBytes(), layer.wireSeconds(), layer.decodeSeconds(),
            layer.handOverSeconds()});
      }
    }
    jdbc.batchUpdate("""
        insert into feedback.report_layer (event_id, ordinal, diff_id, encoding, wire_bytes, wire_seconds,
          decode_seconds, hand_over_seconds)
        values (?, ?, ?, ?, ?, ?, ?, ?)
        on conflict (event_id, ordinal) do nothing
        """, layers);
  }

  void planned(PullPlanned planned) {
    var plan = planned.plan();
    jdbc.update("""
        insert into feedback.plan (pull, planned_at, engine_class, form, predicted_seconds, predicted_bytes,
          original_seconds, original_bytes, model_version)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?)
        on conflict (pull) do update set planned_at = excluded.planned_at, engine_class = excluded.engine_class,
          form = excluded.form, predicted_seconds = excluded.predicted_seconds,
          predicted_bytes = excluded.predicted_bytes, original_seconds = excluded.original_seconds,
          original_bytes = excluded.original_bytes, model_version = excluded.model_version
        where plan.planned_at < excluded.planned_at
        """, planned.pull().value(), time(planned.at()), planned.engineClass().toString(), plan.form().toString(),
        plan.predictedSeconds(), plan.predictedBytes(), plan.originalSeconds(), plan.originalBytes(),
        plan.modelVersion());
  }

  void profiled(NodeProfiled profiled) {
    var profile = profiled.profile();
    jdbc.update("""
        insert into feedback.profile (event_id, node, measured_at, source, bandwidth_mbps, lower_bound, rtt_millis,
          cores, gzip_mbps, zstd_mbps, lz4_mbps)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        on conflict (event_id) do nothing
        """, profiled.id().value(), profile.node().value(), time(profile.measuredAt()), profile.source().toString(),
        profile.bandwidthMbps(), profile.bandwidthIsLowerBound(), profile.rttMillis(), profile.cores(),
        decodeMBps(profile, CodecFamily.GZIP), decodeMBps(profile, CodecFamily.ZSTD),
        decodeMBps(profile, CodecFamily.LZ4));
  }

  void imageProfiled(ImageProfiled image) {
    jdbc.batchUpdate("""
        insert into feedback.layer (diff_id, size_bytes, stored_size_bytes, seen_at) values (?, ?, ?, ?)
        on conflict (diff_id) do update set seen_at = greatest(layer.seen_at, excluded.seen_at)
        """,
        image.layers()
            .stream()
            .map(layer -> new Object[]{layer.diffId().toString(), layer.sizeBytes(),
                layer.storedSizeBytes(), time(image.at())})
            .toList());
  }

  /** Removes what is older; of each node, the newest profile stays. */
  void forgetBefore(Instant oldest) {
    var limit = time(oldest);
    jdbc.update("delete from feedback.transfer where started_at < ?", limit);
    jdbc.update("delete from feedback.report where at < ?", limit);
    jdbc.update("delete from feedback.plan where planned_at < ?", limit);
    jdbc.update("delete from feedback.layer where seen_at < ?", limit);
    jdbc.update("""
        delete from feedback.profile old where measured_at < ? and exists (
          select from feedback.profile newer where newer.node = old.node and newer.measured_at > old.measured_at)
        """, limit);
    jdbc.update("delete from weights.attempt where at < ?", limit);
  }

  private static @Nullable Double decodeMBps(NodeProfile profile, CodecFamily family) {
    OptionalDouble rate = profile.decodeMBps(family);
    return rate.isPresent() ? rate.getAsDouble() : null;
  }

  private static @Nullable String text(@Nullable Object value) {
    return value == null ? null : value.toString();
  }

  static OffsetDateTime time(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
