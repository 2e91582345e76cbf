package io.cts.cost;

import io.cts.contract.CodecFamily;
import io.cts.contract.Engine;
import io.cts.contract.NodeId;
import io.cts.contract.NodeProfile;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a node without facts inherits from its class. */
public final class ClassPrior {
  /** Fewer nodes say too little about others: the built-in range holds. */
  private static final int LEAST_NODES = 5;
  private static final double TENTH = 0.1;
  private static final double NINE_TENTHS = 0.9;

  private ClassPrior() {}

  /**
   * A profile that stands for nodes of {@code engine}'s class: the geometric middle of the tenth and ninetieth percentile
   * of their bandwidths, with just so much confidence that a plan spreads it over all between the two; medians of all
   * else. Empty where fewer than five nodes of the class have a bandwidth that still counts at {@code now}.
   */
  public static Optional<NodeProfile> of(Engine engine, Collection<NodeProfile> seen, CostConstants constants,
      Instant now) {
    var alike = seen.stream()
        .filter(profile -> profile.engine().engineClass() == engine.engineClass())
        .filter(profile -> profile.bandwidthMbps() != null && !profile.bandwidthIsLowerBound()
            && PullContext.aged(profile, now).confidence() > 0)
        .toList();
    if (alike.size() < LEAST_NODES) {
      return Optional.empty();
    }
    var bandwidths = alike.stream().map(profile -> Objects.requireNonNull(profile.bandwidthMbps())).sorted().toList();
    var low = quantile(bandwidths, TENTH);
    var high = quantile(bandwidths, NINE_TENTHS);
    var confidence = 1
        - Math.log(high / low) / Math.log(constants.priorBandwidthHighMbps / constants.priorBandwidthLowMbps);
    var rates = new ArrayList<NodeProfile.DecodeRate>();
    for (var family : CodecFamily.values()) {
      var measured = median(
          alike.stream().flatMapToDouble(profile -> profile.decodeMBps(family).stream()).boxed().toList());
      if (measured != null) {
        rates.add(new NodeProfile.DecodeRate(family, measured));
      }
    }
    return Optional.of(new NodeProfile(NodeId.of("class~" + engine.engineClass()), engine, NodeProfile.Source.PASSIVE,
        Math.sqrt(low * high), false, median(known(alike.stream().map(NodeProfile::rttMillis).toList())), rates,
        median(known(alike.stream().map(NodeProfile::cores).toList())), null,
        median(known(alike.stream().map(NodeProfile::diskWriteMBps).toList())),
        Math.max(0, Math.min(1, confidence)), now));
  }

  private static List<Double> known(List<@Nullable Double> values) {
    var known = new ArrayList<Double>();
    for (var value : values) {
      if (value != null) {
        known.add(value);
      }
    }
    return known;
  }

  private static @Nullable Double median(List<Double> values) {
    return values.isEmpty() ? null : quantile(values.stream().sorted().toList(), 0.5);
  }

  /** By the nearest rank. */
  private static double quantile(List<Double> sorted, double part) {
    return sorted.get((int) Math.round(part * (sorted.size() - 1)));
  }
}
