package io.cts.feedback.outcomes;

import org.jspecify.annotations.Nullable;

/** How long one layer took, and what was known of its node then: a row of what {@link EvidenceReader} reads. */
interface LayerTiming {
  /** For a query whose {@code t} is a transfer and {@code p} what {@link #KNOWN} found. */
  String COLUMNS = """
      t.node, t.form, t.encoding, t.wire_bytes as wireBytes, t.seconds, l.diff_id as diffId, l.size_bytes as sizeBytes,
      p.source as profileSource, p.bandwidth_mbps as bandwidthMbps, p.rtt_millis as rttMillis, p.cores,
      p.gzip_mbps as gzipMbps, p.zstd_mbps as zstdMbps, p.lz4_mbps as lz4Mbps
      """;

  /** The newest profile that tells of the link by other means than transfers; a probe counts for a day. */
  String KNOWN = """
      select * from feedback.profile
      where node = t.node and source in ('active', 'stated') and bandwidth_mbps is not null and not lower_bound
        and measured_at <= t.started_at and (source = 'stated' or measured_at > t.started_at - interval '24 hours')
      order by measured_at desc limit 1
      """;

  String getNode();

  String getForm();

  String getEncoding();

  long getWireBytes();

  double getSeconds();

  String getDiffId();

  long getSizeBytes();

  @Nullable
  String getProfileSource();

  @Nullable
  Double getBandwidthMbps();

  @Nullable
  Double getRttMillis();

  @Nullable
  Double getCores();

  @Nullable
  Double getGzipMbps();

  @Nullable
  Double getZstdMbps();

  @Nullable
  Double getLz4Mbps();

  /** As cache saw it go out. */
  interface Observed extends LayerTiming {
    String getEngineClass();

    /** Transfers that shared the node's link with it, itself included, over its time. */
    double getStreams();
  }

  /** As an agent reported it. */
  interface Reported extends LayerTiming {
    double getTotalSeconds();

    /** Of all layers of the report. */
    long getReportBytes();

    @Nullable
    Double getDecodeSeconds();

    @Nullable
    Double getHandOverSeconds();
  }
}
