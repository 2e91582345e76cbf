package io.cts.probereceiver.nodes;

import io.cts.contract.Engine;
import io.cts.contract.NodeDetails;
import io.cts.contract.NodeId;
import io.cts.contract.NodeProfile;
import io.cts.contract.NodeProfile.DecodeRate;
import io.cts.contract.NodeProfile.Source;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a request says of a node. What is left out stays unknown. */
@Schema(description = "What is said of a node. What is left out stays unknown.", example = """
    {"engine": "containerd-2.1.9", "bandwidthMbps": 20, "rttMillis": 40, "cores": 2,
     "decodeRates": [{"family": "gzip", "mbps": 180}, {"family": "zstd", "mbps": 600}]}""")
public record StatedProfile(
    @Nullable @Schema(description = "family-version, such as docker-20.10.24", type = "string") Engine engine,
    @Nullable @Schema(description = "active: the node measured itself; stated (default): somebody says so", allowableValues = {
        "active", "stated"}, type = "string") Source source,
    @Nullable @Schema(description = "megabits of body per second from CTS to the node") Double bandwidthMbps,
    @Nullable @Schema(description = "whether the node may be faster than bandwidthMbps") Boolean bandwidthIsLowerBound,
    @Nullable @Schema(description = "round-trip time in milliseconds") Double rttMillis,
    @Nullable @Schema(description = "megabytes (10⁶) of decoded bytes per second on one core, by codec") List<DecodeRate> decodeRates,
    @Nullable @Schema(description = "processors that the node may use, such as 0.5") Double cores,
    @Nullable @Schema(description = "memory that the node may use") Long memoryBytes,
    @Nullable @Schema(description = "megabytes per second that the node's disk takes") Double diskWriteMBps,
    @Nullable @Schema(description = "when it was measured; now where left out") Instant measuredAt,
    @Nullable @Schema(description = "what else the node's own probe found; no plan is made with it") NodeDetails details) {

  /** How far a node's clock may be ahead of ours. */
  private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

  public StatedProfile {
    if (source == Source.PASSIVE) {
      throw new IllegalArgumentException("source passive is what CTS itself observes (expected active or stated)");
    }
  }

  /** The profile of a node that somebody imagines, taken at its word. */
  public NodeProfile imagined(NodeId node, Instant now) {
    return profile(node, Engine.UNKNOWN, Source.STATED, 1, now);
  }

  /**
   * The profile as the registry keeps it.
   *
   * @param known the engine, where this names none
   * @throws IllegalArgumentException where the time of measurement cannot be
   */
  NodeProfile registered(NodeId node, Engine known, Instant now) {
    var from = source == null ? Source.STATED : source;
    if (measuredAt != null && measuredAt.isAfter(now.plus(CLOCK_SKEW))) {
      throw new IllegalArgumentException("measuredAt " + measuredAt + " lies in the future (it is " + now
          + "): leave it out, or set the node's clock");
    }
    if (from == Source.ACTIVE && measuredAt != null && !measuredAt.plus(Facts.VALID).isAfter(now)) {
      throw new IllegalArgumentException("measuredAt " + measuredAt + " is more than " + Facts.VALID.toHours()
          + " hours ago: measure again");
    }
    var confidence = Facts.confidenceWhenMeasured(from, Boolean.TRUE.equals(bandwidthIsLowerBound));
    return profile(node, known, from, confidence, now);
  }

  private NodeProfile profile(NodeId node, Engine known, Source from, double confidence, Instant now) {
    return new NodeProfile(node, engine == null ? known : engine, from, bandwidthMbps,
        Boolean.TRUE.equals(bandwidthIsLowerBound), rttMillis, decodeRates == null ? List.of() : decodeRates, cores,
        memoryBytes, diskWriteMBps, confidence, measuredAt == null ? now : measuredAt, details);
  }
}
