package io.cts.feedback;

import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import io.cts.contract.EngineClass;
import io.cts.contract.Form;
import io.cts.contract.NodeId;
import io.cts.cost.CostConstants;
import io.cts.feedback.fit.Cleaning;
import io.cts.feedback.fit.Evidence;
import io.cts.feedback.fit.RateSample;
import io.cts.feedback.fit.TransferSample;
import io.cts.feedback.fit.TransferSample.Vantage;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Finds, among all that was observed, what constants can be fitted to.
 *
 * <p>Of transfers: whole layers that somebody timed, sent from the store, to nodes whose link is known from a probe of
 * theirs or was stated. A bandwidth that was told from transfers proves nothing about transfers. Of reports: what an agent
 * measured; as a transfer only where one layer makes up nearly all of the pull, for nobody says which layers travelled at
 * the same time.
 */
class EvidenceReader {
  private static final double MEGA = 1e6;
  /** A layer that is this part of a report's bytes is taken to have had the link to itself. */
  private static final double ALONE = 0.9;

  private static final String TRANSFERS = """
      with timed as (
        select * from feedback.transfer
        where complete and byte_offset = 0 and seconds > 0 and wire_bytes > 0 and diff_id is not null
          and encoding is not null and source <> 'upstream'
        order by started_at desc limit :most)
      select t.*, l.size_bytes, p.*, 'server' as vantage, (
          select sum(extract(epoch from least(o.ended_at, t.ended_at) - greatest(o.started_at, t.started_at)))
          from feedback.transfer o
          where o.node = t.node and o.started_at < t.ended_at and o.ended_at > t.started_at
            and o.started_at > t.started_at - interval '1 hour') / t.seconds as streams
      from timed t join feedback.layer l using (diff_id)
      cross join lateral (%s) p
      """.formatted(profileAt("t.node", "t.started_at"));

  private static final String REPORTED_LAYERS = """
      with newest as (select * from feedback.report order by at desc limit :most)
      select r.node, r.event_id, r.form, r.total_seconds, 'agent' as engine_class, y.diff_id, y.encoding, y.wire_bytes,
        y.wire_seconds as seconds, y.decode_seconds, y.hand_over_seconds, l.size_bytes, p.*, 1.0 as streams,
        'client' as vantage, sum(y.wire_bytes) over (partition by r.event_id) as report_bytes
      from newest r join feedback.report_layer y using (event_id) join feedback.layer l using (diff_id)
      left join lateral (%s) p on true
      """.formatted(profileAt("r.node", "r.at"));

  /** The newest profile that tells of the link by other means than transfers; a probe counts for a day. */
  private static String profileAt(String node, String time) {
    return """
        select source as profile_source, bandwidth_mbps, rtt_millis, cores, gzip_mbps, zstd_mbps, lz4_mbps
        from feedback.profile
        where node = %1$s and source in ('active', 'stated') and bandwidth_mbps is not null and not lower_bound
          and measured_at <= %2$s and (source = 'stated' or measured_at > %2$s - interval '24 hours')
        order by measured_at desc limit 1
        """.formatted(node, time);
  }

  private final JdbcClient jdbc;
  private final int most;

  EvidenceReader(JdbcClient jdbc, int most) {
    this.jdbc = jdbc;
    this.most = most;
  }

  /** What was found; work times with what cleaning said of them. */
  record Found(List<TransferSample> transfers, Cleaning work) {
    Evidence cleaned() {
      return new Evidence(transfers, work.kept());
    }
  }

  Found read() {
    var transfers = new ArrayList<>(
        jdbc.sql(TRANSFERS).param("most", most).query((row, _) -> transfer(row)).list());
    var work = new ArrayList<RateSample>();
    jdbc.sql(REPORTED_LAYERS).param("most", most).query(row -> {
      while (row.next()) {
        var alone = row.getLong("wire_bytes") >= ALONE * row.getLong("report_bytes") && row.getLong("wire_bytes") > 0;
        if (alone && row.getDouble("seconds") > 0 && row.getObject("bandwidth_mbps") != null) {
          transfers.add(transfer(row));
        }
        work.addAll(work(row, alone));
      }
      return work.size();
    });
    return new Found(transfers, Cleaning.of(work));
  }

  private static TransferSample transfer(ResultSet row) throws SQLException {
    var family = Encoding.parse(row.getString("encoding")).family();
    var rttMillis = row.getObject("rtt_millis", Double.class);
    return new TransferSample(new NodeId(row.getString("node")),
        named(EngineClass.values(), row.getString("engine_class")), named(Form.values(), row.getString("form")), family,
        row.getLong("wire_bytes") / MEGA, row.getLong("size_bytes") / MEGA, row.getDouble("bandwidth_mbps"),
        row.getString("profile_source").equals("stated"), rttMillis == null ? 0 : rttMillis / 1000,
        Optional.ofNullable(row.getObject("cores", Double.class)).orElse(1.0), nodeDecodeMBps(row, family),
        Math.max(1, row.getDouble("streams")), named(Vantage.values(), row.getString("vantage")),
        row.getDouble("seconds"));
  }

  private static @Nullable Double nodeDecodeMBps(ResultSet row, CodecFamily family) throws SQLException {
    return family == CodecFamily.IDENTITY ? null : row.getObject(family.token() + "_mbps", Double.class);
  }

  private static List<RateSample> work(ResultSet row, boolean alone) throws SQLException {
    var encoding = Encoding.parse(row.getString("encoding"));
    var times = new ArrayList<RateSample>();
    var decoding = row.getObject("decode_seconds", Double.class);
    if (decoding != null && encoding.family() != CodecFamily.IDENTITY) {
      times.add(work(row, encoding, RateSample.decodeConstant(encoding.family()), decoding));
    }
    var handOver = row.getObject("hand_over_seconds", Double.class);
    if (handOver != null) {
      times.add(work(row, encoding, CostConstants.SPOOL_MBPS, handOver));
      if (alone) { // what is left of the pull once its one layer has come is the engine's unpacking
        times.add(
            work(row, encoding, CostConstants.UNPACK_MBPS, row.getDouble("total_seconds") - row.getDouble("seconds")));
      }
    }
    return times;
  }

  private static RateSample work(ResultSet row, Encoding encoding, String constant, double seconds)
      throws SQLException {
    var cores = row.getObject("cores", Double.class);
    var nodeClass = EngineClass.AGENT + ", "
        + (cores == null ? "cores unknown" : String.format(Locale.ROOT, "%.1f cores", cores));
    return new RateSample(CostConstants.name(EngineClass.AGENT, constant), new NodeId(row.getString("node")), nodeClass,
        Digest.parse(row.getString("diff_id")), encoding, row.getLong("size_bytes") / MEGA, seconds);
  }

  private static <T> T named(T[] values, String text) {
    var byName = Arrays.stream(values)
        .collect(Collectors.toMap(value -> value.toString().toLowerCase(Locale.ROOT),
            Function.identity()));
    var value = byName.get(text);
    if (value == null) {
      throw new IllegalStateException(
          "the database says \"" + text + "\" where it should say one of " + byName.keySet());
    }
    return value;
  }
}
