package io.cts.feedback.outcomes;

import io.cts.feedback.outcomes.Scoreboard.NodeClass;
import io.cts.feedback.outcomes.Scoreboard.Share;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.NativeQuery;
import org.springframework.data.jpa.repository.Query;
import org.springframework.transaction.annotation.Transactional;

/** What cache observed, and what the scoreboard adds up of it. */
interface Transfers extends ObservedRows<TransferRow> {

  /** The newest {@code most} whole layers that somebody timed, sent from the store, to nodes whose link was known. */
  @NativeQuery("with t as (select * from feedback.transfer where complete and byte_offset = 0 and seconds > 0"
      + " and wire_bytes > 0 and diff_id is not null and encoding is not null and source <> 'upstream'"
      + " order by started_at desc limit :most) select " + LayerTiming.COLUMNS + ", t.engine_class as engineClass, ("
      + " select sum(extract(epoch from least(o.ended_at, t.ended_at) - greatest(o.started_at, t.started_at)))"
      + " from feedback.transfer o where o.node = t.node and o.started_at < t.ended_at and o.ended_at > t.started_at"
      + " and o.started_at > t.started_at - interval '1 hour') / t.seconds as streams"
      + " from t join feedback.layer l using (diff_id) cross join lateral (" + LayerTiming.KNOWN + ") p")
  List<LayerTiming.Observed> newestLayers(int most);

  @NativeQuery("""
      select count(distinct pull) from (
        select pull from feedback.transfer where started_at between :from and :to
        union all select pull from feedback.report where at between :from and :to) seen""")
  long pulls(Instant from, Instant to);

  @Query("""
      select t.form, count(distinct t.pull), count(*), sum(t.wireBytes) from TransferRow t
      where t.startedAt between :from and :to and t.diffId is not null
      group by t.form order by sum(t.wireBytes) desc, t.form""")
  List<Share> byForm(Instant from, Instant to);

  @Query("""
      select coalesce(t.encoding, 'unknown'), count(distinct t.pull), count(*), sum(t.wireBytes) from TransferRow t
      where t.startedAt between :from and :to and t.diffId is not null
      group by t.encoding order by sum(t.wireBytes) desc, t.encoding""")
  List<Share> byEncoding(Instant from, Instant to);

  /** The part of the measured time that was missed; mean and median are absent where there is none. */
  record Errors(long transfers, @Nullable Double mean, @Nullable Double median) {}

  @Query("""
      select count(*), avg(abs(t.predictedSeconds - t.seconds) / t.seconds),
        percentile_cont(0.5) within group (order by abs(t.predictedSeconds - t.seconds) / t.seconds)
      from TransferRow t where t.startedAt between :from and :to and t.complete and t.byteOffset = 0 and t.seconds > 0
        and t.predictedSeconds is not null""")
  Errors errors(Instant from, Instant to);

  /** What plans were predicted to save, as far as their layers travelled; all but {@code pulls} are absent for none. */
  record Saved(
      long pulls,
      @Nullable Double seconds,
      @Nullable Double originalSeconds,
      @Nullable Long bytes,
      @Nullable Long originalBytes) {}

  /**
   * Only layers that travelled can have saved anything: their bytes are known; of the seconds that the plan was
   * predicted to save, they get the part that they have in the image's bytes.
   */
  @NativeQuery("""
      with travelled as (
        select distinct on (t.pull, t.diff_id) t.pull, t.wire_bytes, l.stored_size_bytes
        from feedback.transfer t join feedback.layer l using (diff_id) join feedback.plan p using (pull)
        where t.started_at between :from and :to and t.complete and t.byte_offset = 0 and t.form = p.form
        order by t.pull, t.diff_id, t.started_at),
      pulled as (
        select pull, sum(wire_bytes) as wire_bytes, sum(stored_size_bytes) as original_bytes
        from travelled group by pull)
      select count(*),
        sum((p.original_seconds - p.predicted_seconds) * least(1, d.original_bytes / nullif(p.original_bytes, 0))),
        sum(p.original_seconds * least(1, d.original_bytes / nullif(p.original_bytes, 0))),
        cast(sum(d.original_bytes - d.wire_bytes) as bigint), cast(sum(d.original_bytes) as bigint)
      from pulled d join feedback.plan p using (pull)""")
  Saved saved(Instant from, Instant to);

  @NativeQuery("""
      select engine_class, band, count(distinct node), count(distinct pull), cast(sum(wire_bytes) as bigint),
        percentile_cont(0.5) within group (order by wire_bytes / 1e6 / seconds)
          filter (where complete and seconds > 0 and wire_bytes >= 1000000),
        avg(abs(predicted_seconds - seconds) / seconds)
          filter (where complete and byte_offset = 0 and seconds > 0 and predicted_seconds is not null)
      from feedback.transfer t left join lateral (
        select bandwidth_mbps from feedback.profile
        where node = t.node and measured_at <= t.started_at and bandwidth_mbps is not null
        order by measured_at desc limit 1) p on true
      cross join lateral (select case when bandwidth_mbps is null then 'unknown'
        when bandwidth_mbps < 10 then 'below 10 Mbit/s' when bandwidth_mbps < 100 then '10 to 100 Mbit/s'
        when bandwidth_mbps < 1000 then '100 Mbit/s to 1 Gbit/s' else '1 Gbit/s and more' end as band) b
      where started_at between :from and :to and diff_id is not null
      group by 1, 2 order by 5 desc, 1, 2""")
  List<NodeClass> byNodeClass(Instant from, Instant to);

  @Modifying
  @Transactional
  @Query("delete from TransferRow t where t.startedAt < :oldest")
  void forgetBefore(Instant oldest);
}
