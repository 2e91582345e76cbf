package io.cts.probereceiver.nodes;

import io.cts.contract.CodecFamily;
import io.cts.contract.Engine;
import io.cts.contract.NodeId;
import io.cts.contract.NodeProfile;
import io.cts.contract.NodeProfile.DecodeRate;
import io.cts.contract.NodeProfile.Source;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What each source says of one node, made into one profile. Each fact comes from the source that is to be believed
 * most: measured before stated, and among the measured the one with the most confidence left.
 */
record Facts(List<NodeProfile> bySource) {
  /** After this a measurement says nothing more; what an operator stated does not age. */
  static final Duration VALID = Duration.ofHours(24);

  static double confidenceWhenMeasured(Source source, boolean bandwidthIsLowerBound) {
    return switch (source) {
      case ACTIVE -> 1;
      case PASSIVE -> bandwidthIsLowerBound ? 0.4 : 0.8; // seen from one end of the link only
      case STATED -> 0.5;
    };
  }

  /** Falls evenly from what it was when measured to 0 at the end of validity. */
  static double confidence(NodeProfile said, Instant now) {
    if (said.source() == Source.STATED) {
      return said.confidence();
    }
    var age = Math.max(0, Duration.between(said.measuredAt(), now).toMillis());
    return said.confidence() * Math.max(0, 1 - (double) age / VALID.toMillis());
  }

  static boolean isValid(NodeProfile said, Instant now) {
    return said.source() == Source.STATED || said.measuredAt().plus(VALID).isAfter(now);
  }

  /** Whether {@code profile} says more than which engine it is. */
  static boolean any(NodeProfile profile) {
    return profile.bandwidthMbps() != null || profile.rttMillis() != null || !profile.decodeRates().isEmpty()
        || profile.cores() != null || profile.memoryBytes() != null || profile.diskWriteMBps() != null;
  }

  /**
   * The profile at {@code now}. It bears the source, time and confidence of its bandwidth, which decides most; without
   * one, those of the source that is believed most.
   */
  NodeProfile merged(NodeId node, Engine engine, Instant now) {
    var believed = bySource.stream()
        .filter(said -> isValid(said, now))
        .sorted(Comparator.comparing((NodeProfile said) -> said.source() == Source.STATED)
            .thenComparingDouble(said -> -confidence(said, now)))
        .toList();
    var bandwidth = bandwidth(believed);
    var main = bandwidth != null ? bandwidth : believed.isEmpty() ? null : believed.getFirst();
    return new NodeProfile(node, engine, main == null ? Source.PASSIVE : main.source(),
        bandwidth == null ? null : bandwidth.bandwidthMbps(), bandwidth != null && bandwidth.bandwidthIsLowerBound(),
        first(believed, NodeProfile::rttMillis), decodeRates(believed), first(believed, NodeProfile::cores),
        first(believed, NodeProfile::memoryBytes), first(believed, NodeProfile::diskWriteMBps),
        main == null ? 0 : confidence(main, now), main == null ? now : main.measuredAt(),
        first(believed, NodeProfile::details));
  }

  /** A value beats a lower bound, unless the lower bound refutes it. */
  private static @Nullable NodeProfile bandwidth(List<NodeProfile> believed) {
    var saying = believed.stream().filter(said -> said.bandwidthMbps() != null).toList();
    var value = saying.stream().filter(said -> !said.bandwidthIsLowerBound()).findFirst();
    var bound = saying.stream().filter(NodeProfile::bandwidthIsLowerBound).max(Comparator.comparingDouble(Facts::mbps));
    if (value.isPresent() && (bound.isEmpty() || mbps(bound.get()) <= mbps(value.get()))) {
      return value.get();
    }
    return bound.orElse(null);
  }

  private static double mbps(NodeProfile said) {
    return Objects.requireNonNull(said.bandwidthMbps());
  }

  private static List<DecodeRate> decodeRates(List<NodeProfile> believed) {
    var rates = new EnumMap<CodecFamily, DecodeRate>(CodecFamily.class);
    believed.forEach(said -> said.decodeRates().forEach(rate -> rates.putIfAbsent(rate.family(), rate)));
    return List.copyOf(rates.values());
  }

  private static <T> @Nullable T first(List<NodeProfile> believed, Function<NodeProfile, @Nullable T> fact) {
    for (var said : believed) {
      var value = fact.apply(said);
      if (value != null) {
        return value;
      }
    }
    return null;
  }
}
