package io.cts.feedback.outcomes;

import io.cts.contract.CodecFamily;
import io.cts.contract.NodeProfile;
import io.cts.contract.NodeProfiled;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What was known of a node, and when: a transfer is judged by the profile of its time. */
@Entity
@Table(schema = "feedback", name = "profile")
@SuppressWarnings("UnusedVariable") // queries read what is written here
class ProfileRow extends ObservedRow {
  private String node;
  private Instant measuredAt;
  private String source;
  private @Nullable Double bandwidthMbps;
  private boolean lowerBound;
  private @Nullable Double rttMillis;
  private @Nullable Double cores;
  private @Nullable Double gzipMbps;
  private @Nullable Double zstdMbps;
  private @Nullable Double lz4Mbps;

  ProfileRow() {}

  ProfileRow(NodeProfiled profiled) {
    super(profiled);
    var profile = profiled.profile();
    this.node = profile.node().value();
    this.measuredAt = profile.measuredAt();
    this.source = profile.source().toString();
    this.bandwidthMbps = profile.bandwidthMbps();
    this.lowerBound = profile.bandwidthIsLowerBound();
    this.rttMillis = profile.rttMillis();
    this.cores = profile.cores();
    this.gzipMbps = decodeMBps(profile, CodecFamily.GZIP);
    this.zstdMbps = decodeMBps(profile, CodecFamily.ZSTD);
    this.lz4Mbps = decodeMBps(profile, CodecFamily.LZ4);
  }

  private static @Nullable Double decodeMBps(NodeProfile profile, CodecFamily family) {
    var rate = profile.decodeMBps(family);
    return rate.isPresent() ? rate.getAsDouble() : null;
  }
}
