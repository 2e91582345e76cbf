package io.cts.feedback.outcomes;

import java.time.Instant;
import java.util.List;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.NativeQuery;
import org.springframework.data.jpa.repository.Query;
import org.springframework.transaction.annotation.Transactional;

/** What agents reported. */
interface Reports extends ObservedRows<ReportRow> {

  /** The layers of the newest {@code most} reports. */
  @NativeQuery("with newest as (select * from feedback.report order by at desc limit :most), t as ("
      + " select r.node, r.form, r.at as started_at, r.total_seconds, y.diff_id, y.encoding, y.wire_bytes,"
      + " y.wire_seconds as seconds, y.decode_seconds, y.hand_over_seconds,"
      + " sum(y.wire_bytes) over (partition by r.event_id) as report_bytes"
      + " from newest r join feedback.report_layer y using (event_id)) select " + LayerTiming.COLUMNS
      + ", t.total_seconds as totalSeconds, t.report_bytes as reportBytes, t.decode_seconds as decodeSeconds,"
      + " t.hand_over_seconds as handOverSeconds"
      + " from t join feedback.layer l using (diff_id) left join lateral (" + LayerTiming.KNOWN + ") p on true")
  List<LayerTiming.Reported> newestLayers(int most);

  @Modifying
  @Transactional
  @Query("delete from ReportRow r where r.at < :oldest")
  void forgetBefore(Instant oldest);
}
