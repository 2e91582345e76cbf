package io.cts.feedback.fit;

import io.cts.contract.NodeId;
import io.cts.cost.CostConstants;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Fits constants to evidence, so that a few wild measurements do not matter: work rates are medians of medians; what only
 * shows in transfers is found together, by least absolute deviation of the logarithm, one constant after the other within
 * bounds. A constant is moved only where enough samples of enough nodes would notice.
 */
final class ConstantFit {
  /** A sample notices a constant if a tenth more of it changes the prediction by at least this part of a tenth. */
  private static final double NOTICES = 0.15;
  private static final double FARTHEST = 16;
  private static final int MOST_SWEEPS = 8;
  private static final double SETTLED = 1e-4;

  private final Demands demands;
  private final String[] names;
  private final double[] before;
  private final Map<String, Integer> indexes = new HashMap<>();

  private ConstantFit(Map<String, Double> constants, Demands demands) {
    this.demands = demands;
    var sorted = new TreeMap<>(constants);
    names = sorted.keySet().toArray(String[]::new);
    before = sorted.values().stream().mapToDouble(Double::doubleValue).toArray();
    for (var index = 0; index < names.length; index++) {
      indexes.put(names[index], index);
    }
  }

  /** @param constants all of the model's, by name */
  static Fitted fit(Map<String, Double> constants, Evidence evidence, Demands demands) {
    return new ConstantFit(constants, demands).fit(evidence);
  }

  private Fitted fit(Evidence evidence) {
    var values = before.clone();
    var moved = new ArrayList<Fitted.Moved>();
    fitRates(evidence.work(), values, moved);
    var fixed = new HashSet<String>();
    moved.forEach(constant -> fixed.add(constant.name()));
    fitTransfers(evidence.transfers(), values, fixed, moved);
    var constants = new HashMap<String, Double>();
    for (var index = 0; index < names.length; index++) {
      constants.put(names[index], values[index]);
    }
    return new Fitted(constants, moved);
  }

  /** Each node has one vote, its own median, so that a busy node does not speak for all. */
  private void fitRates(List<RateSample> work, double[] values, List<Fitted.Moved> moved) {
    var byConstant = new TreeMap<String, Map<NodeId, List<RateSample>>>();
    for (var sample : work) {
      byConstant.computeIfAbsent(sample.constant(), _ -> new HashMap<>())
          .computeIfAbsent(sample.node(), _ -> new ArrayList<>())
          .add(sample);
    }
    byConstant.forEach((name, byNode) -> {
      var samples = byNode.values().stream().mapToInt(List::size).sum();
      if (samples >= demands.samples() && byNode.size() >= demands.nodes()) {
        var index = index(name);
        var median = Statistics.median(byNode.values()
            .stream()
            .mapToDouble(ofNode -> Statistics.median(ofNode.stream().mapToDouble(RateSample::mbps))));
        values[index] = Math.clamp(median, before[index] / FARTHEST, before[index] * FARTHEST);
        moved.add(new Fitted.Moved(name, before[index], values[index], samples, byNode.size()));
      }
    });
  }

  private void fitTransfers(List<TransferSample> transfers, double[] values, Set<String> fixed,
      List<Fitted.Moved> moved) {
    var terms = transfers.stream().map(transfer -> new TransferTerm(transfer, this::index)).toList();
    var readers = new TreeMap<Integer, List<TransferTerm>>();
    for (var term : terms) {
      for (var index : term.reads()) {
        if (!fixed.contains(names[index])) {
          readers.computeIfAbsent(index, _ -> new ArrayList<>()).add(term);
        }
      }
    }
    readers.values().removeIf(those -> !enough(those));
    while (!readers.isEmpty()) {
      descend(readers, values);
      var unnoticed = readers.entrySet()
          .stream()
          .filter(reader -> !enough(noticing(reader.getKey(), reader.getValue(), values)))
          .map(Map.Entry::getKey)
          .toList();
      if (unnoticed.isEmpty()) {
        break;
      }
      readers.keySet().removeAll(unnoticed);
      // whatever those took upon themselves has to be explained without them
      unnoticed.forEach(index -> values[index] = before[index]);
      readers.keySet().forEach(index -> values[index] = before[index]);
    }
    readers.forEach((index, those) -> {
      var noticing = noticing(index, those, values);
      moved.add(new Fitted.Moved(names[index], before[index], values[index], noticing.size(), nodes(noticing)));
    });
  }

  private void descend(Map<Integer, List<TransferTerm>> readers, double[] values) {
    var last = Double.POSITIVE_INFINITY;
    for (var sweep = 0; sweep < MOST_SWEEPS; sweep++) {
      var misses = 0.0;
      for (var reader : readers.entrySet()) {
        misses += minimise(reader.getKey(), reader.getValue(), values);
      }
      if (last - misses < SETTLED * misses) {
        return;
      }
      last = misses;
    }
  }

  /** Puts the best value of one constant into {@code values}; returns the sum of what is missed with it. */
  private double minimise(int index, List<TransferTerm> terms, double[] values) {
    var low = Math.log(lowest(index));
    var high = Math.log(highest(index));
    var start = values[index];
    var search = new LineSearch(logarithm -> {
      values[index] = Math.exp(logarithm);
      return misses(terms, values);
    });
    var best = search.minimum(low, high, Math.log(start));
    values[index] = Math.exp(best);
    return misses(terms, values);
  }

  private double lowest(int index) {
    return switch (names[index]) {
      case CostConstants.LINK_EFFICIENCY -> 0.5;
      case CostConstants.LINK_SETUP_ROUND_TRIPS -> 0.5;
      default -> before[index] / FARTHEST;
    };
  }

  private double highest(int index) {
    return switch (names[index]) {
      case CostConstants.LINK_EFFICIENCY -> 1;
      case CostConstants.LINK_SETUP_ROUND_TRIPS -> 40;
      default -> before[index] * FARTHEST;
    };
  }

  private static double misses(List<TransferTerm> terms, double[] values) {
    var sum = 0.0;
    for (var term : terms) {
      sum += term.miss(values);
    }
    return sum;
  }

  private static List<TransferTerm> noticing(int index, List<TransferTerm> terms, double[] values) {
    var more = values.clone();
    more[index] *= 1.1;
    return terms.stream()
        .filter(term -> Math.abs(Math.log(term.seconds(more) / term.seconds(values))) >= NOTICES * Math.log(1.1))
        .toList();
  }

  private boolean enough(List<TransferTerm> terms) {
    return terms.size() >= demands.samples() && nodes(terms) >= demands.nodes();
  }

  private static int nodes(List<TransferTerm> terms) {
    return (int) terms.stream().map(term -> term.sample().node()).distinct().count();
  }

  private int index(String name) {
    var index = indexes.get(name);
    if (index == null) {
      throw new IllegalArgumentException("the analytic model has no constant " + name + ", only "
          + Arrays.toString(names));
    }
    return index;
  }
}
