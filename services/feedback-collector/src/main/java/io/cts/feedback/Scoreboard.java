package io.cts.feedback;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What CTS did for those who pulled, in figures that somebody can check. */
class Scoreboard {
  private static final int FEWEST_PREDICTIONS = 10;
  private final JdbcClient jdbc;
  private final EvidenceReader evidence;
  private final int fewestPulls;

  Scoreboard(JdbcClient jdbc, EvidenceReader evidence, int fewestPulls) {
    this.jdbc = jdbc;
    this.evidence = evidence;
    this.fewestPulls = fewestPulls;
  }

  record Score(
      Instant from,
      Instant to,
      long pulls,
      Savings savings,
      PredictionError predictionError,
      List<Share> byForm,
      List<Share> byEncoding,
      List<NodeClass> byNodeClass,
      WorkTimes workTimes) {}

  /**
   * @param basis {@code predicted}: against what the original was predicted to take; nobody pulled it for comparison
   * @param pulls that were planned and then served in the plan's form
   * @param seconds saved, absent below the number of pulls that says anything
   * @param bytes that did not travel, likewise
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Savings(
      String basis,
      long pulls,
      @Nullable Double seconds,
      @Nullable Double secondsPerPull,
      @Nullable Double secondsShare,
      @Nullable Long bytes,
      @Nullable Double bytesShare,
      @Nullable String note) {}

  /** Of transfers for which a time was predicted and measured: the part of the measured time that was missed. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record PredictionError(
      long transfers,
      @Nullable Double meanAbsolutePercentage,
      @Nullable Double medianAbsolutePercentage,
      @Nullable String note) {}

  record Share(String name, long pulls, long transfers, long bytes) {}

  /** @param bandwidth of the node when it pulled, in bands; {@code unknown} where no profile tells */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record NodeClass(
      String engine,
      String bandwidth,
      long nodes,
      long pulls,
      long bytes,
      @Nullable Double medianMBps,
      @Nullable Double meanAbsolutePercentageError) {}

  /** What cleaning did to the agents' decode, hand-over and unpack times. */
  record WorkTimes(int kept, int droppedAsTooShort, int cells, long flaggedAsUnsteady) {}

  Score between(Instant from, Instant to) {
    var work = evidence.read().work();
    return new Score(from, to, pulls(from, to), savings(from, to), predictionError(from, to),
        shares("form", from, to), shares("coalesce(encoding, 'unknown')", from, to), nodeClasses(from, to),
        new WorkTimes(work.kept().size(), work.dropped(), work.cells().size(), work.flaggedCells()));
  }

  private long pulls(Instant from, Instant to) {
    return query("""
        select count(distinct pull) from (
          select pull from feedback.transfer where started_at between :from and :to
          union all select pull from feedback.report where at between :from and :to) seen
        """, from, to).query(Long.class).single();
  }

  /**
   * Only layers that travelled can have saved anything: their bytes are known; of the seconds that the plan was
   * predicted to save, they get the part that they have in the image's bytes.
   */
  private Savings savings(Instant from, Instant to) {
    return query("""
        with travelled as (
          select distinct on (t.pull, t.diff_id) t.pull, t.wire_bytes, l.stored_size_bytes
          from feedback.transfer t join feedback.layer l using (diff_id) join feedback.plan p using (pull)
          where t.started_at between :from and :to and t.complete and t.byte_offset = 0 and t.form = p.form
          order by t.pull, t.diff_id, t.started_at),
        pulled as (
          select pull, sum(wire_bytes) as wire_bytes, sum(stored_size_bytes) as original_bytes
          from travelled group by pull)
        select count(*) as pulls,
          sum((p.original_seconds - p.predicted_seconds) * least(1, d.original_bytes / nullif(p.original_bytes, 0)))
            as seconds,
          sum(p.original_seconds * least(1, d.original_bytes / nullif(p.original_bytes, 0))) as original_seconds,
          sum(d.original_bytes - d.wire_bytes)::bigint as bytes, sum(d.original_bytes)::bigint as original_bytes
        from pulled d join feedback.plan p using (pull)
        """, from, to).query((row, _) -> savings(row)).single();
  }

  private Savings savings(ResultSet row) throws SQLException {
    var pulls = row.getLong("pulls");
    if (pulls < fewestPulls) {
      return new Savings("predicted", pulls, null, null, null, null, null,
          "not enough data: " + pulls + " of " + fewestPulls + " pulls");
    }
    var seconds = row.getDouble("seconds");
    var bytes = row.getLong("bytes");
    return new Savings("predicted", pulls, seconds, seconds / pulls, share(seconds, row.getDouble("original_seconds")),
        bytes, share(bytes, row.getDouble("original_bytes")),
        "against what the original was predicted to take; there is no control group");
  }

  private static @Nullable Double share(double part, double whole) {
    return whole > 0 ? part / whole : null;
  }

  private PredictionError predictionError(Instant from, Instant to) {
    return query("""
        select count(*) as transfers, avg(error) as mean,
          percentile_cont(0.5) within group (order by error) as median
        from (select abs(predicted_seconds - seconds) / seconds as error from feedback.transfer
          where started_at between :from and :to and complete and byte_offset = 0 and seconds > 0
            and predicted_seconds is not null) errors
        """, from, to).query((row, _) -> {
      var transfers = row.getLong("transfers");
      return transfers < FEWEST_PREDICTIONS
          ? new PredictionError(transfers, null, null,
              "not enough data: " + transfers + " of " + FEWEST_PREDICTIONS + " predicted and timed transfers")
          : new PredictionError(transfers, row.getDouble("mean"), row.getDouble("median"), null);
    }).single();
  }

  private List<Share> shares(String what, Instant from, Instant to) {
    return query("""
        select %s as name, count(distinct pull) as pulls, count(*) as transfers, sum(wire_bytes)::bigint as bytes
        from feedback.transfer where started_at between :from and :to and diff_id is not null
        group by 1 order by 4 desc, 1
        """.formatted(what), from, to)
        .query((row, _) -> new Share(row.getString("name"), row.getLong("pulls"), row.getLong("transfers"),
            row.getLong("bytes")))
        .list();
  }

  private List<NodeClass> nodeClasses(Instant from, Instant to) {
    return query("""
        select engine_class, band, count(distinct node) as nodes, count(distinct pull) as pulls,
          sum(wire_bytes)::bigint as bytes,
          percentile_cont(0.5) within group (order by wire_bytes / 1e6 / seconds)
            filter (where complete and seconds > 0 and wire_bytes >= 1000000) as median_mbps,
          avg(abs(predicted_seconds - seconds) / seconds)
            filter (where complete and byte_offset = 0 and seconds > 0 and predicted_seconds is not null) as error
        from feedback.transfer t left join lateral (
          select bandwidth_mbps from feedback.profile
          where node = t.node and measured_at <= t.started_at and bandwidth_mbps is not null
          order by measured_at desc limit 1) p on true
        cross join lateral (select case when bandwidth_mbps is null then 'unknown'
          when bandwidth_mbps < 10 then 'below 10 Mbit/s' when bandwidth_mbps < 100 then '10 to 100 Mbit/s'
          when bandwidth_mbps < 1000 then '100 Mbit/s to 1 Gbit/s' else '1 Gbit/s and more' end as band) b
        where started_at between :from and :to and diff_id is not null
        group by 1, 2 order by 5 desc, 1, 2
        """, from, to)
        .query((row, _) -> new NodeClass(row.getString("engine_class"), row.getString("band"), row.getLong("nodes"),
            row.getLong("pulls"), row.getLong("bytes"), row.getObject("median_mbps", Double.class),
            row.getObject("error", Double.class)))
        .list();
  }

  private JdbcClient.StatementSpec query(String sql, Instant from, Instant to) {
    return jdbc.sql(sql).param("from", OutcomeStore.time(from)).param("to", OutcomeStore.time(to));
  }
}
