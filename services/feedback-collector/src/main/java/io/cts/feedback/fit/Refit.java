package io.cts.feedback.fit;

import io.cts.contract.NodeId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Fits constants and says whether they are any better: by cross-validation over nodes, since nodes to come are what the
 * constants are for. Each part of the nodes is held out once, predicted with constants fitted to all others; the
 * constants that may then serve are fitted to all nodes.
 */
public sealed interface Refit {
  /** Parts that the nodes are divided into; with fewer nodes, each is a part. */
  int PARTS = 5;
  /** Constants that move by less than this are as they were: 0.03 for 3 %. */
  double WORTH_SAYING = 0.03;

  /** One sentence for people. */
  String reason();

  /** The fitted constants are no worse on held-out nodes, and not the same. */
  record Better(Fitted fitted, HeldOut heldOut, String reason) implements Refit {}

  /** The fitted constants are worse on held-out nodes: those in use stay. */
  record Worse(Fitted fitted, HeldOut heldOut, String reason) implements Refit {}

  /** The fitted constants are those in use. */
  record Same(HeldOut heldOut, String reason) implements Refit {}

  /** Nothing can be said. */
  record NotEnough(String reason) implements Refit {}

  /** @param constants all of the model's that are in use, by name */
  static Refit of(Map<String, Double> constants, Evidence evidence, Demands demands) {
    var nodes = evidence.nodes();
    if (evidence.samples() < demands.samples() || nodes.size() < demands.nodes()) {
      return new NotEnough("Not enough data: " + measurements(evidence) + " of " + counted(nodes.size(), "node")
          + " can be used, a fit needs " + demands.samples() + " of " + demands.nodes() + ".");
    }
    var fitted = ConstantFit.fit(constants, evidence, demands);
    if (fitted.moved().isEmpty()) {
      return new NotEnough("Not enough data: " + measurements(evidence) + " of " + counted(nodes.size(), "node")
          + " can be used, and no constant makes a difference to " + demands.samples() + " of them.");
    }
    var heldOut = crossValidate(constants, evidence, demands, nodes);
    var figures = counted(fitted.moved().size(), "constant") + " fitted to " + measurements(evidence) + " of "
        + counted(nodes.size(), "node");
    if (fitted.greatestChange() < WORTH_SAYING) {
      return new Same(heldOut, "Nothing to publish: " + figures + " moved by less than " + percent(WORTH_SAYING)
          + "; the error on held-out nodes is " + percent(heldOut.before()) + ".");
    }
    if (!(heldOut.after() <= heldOut.before())) { // nor where nothing can be said of it
      return new Worse(fitted, heldOut,
          "Not published: with " + figures + ", the error on held-out nodes would rise from "
              + percent(heldOut.before()) + " to " + percent(heldOut.after()) + ".");
    }
    return new Better(fitted, heldOut, "With " + figures + ", the error on held-out nodes falls from "
        + percent(heldOut.before()) + " to " + percent(heldOut.after()) + ".");
  }

  private static HeldOut crossValidate(Map<String, Double> constants, Evidence evidence, Demands demands,
      Set<NodeId> nodes) {
    var parts = Math.min(PARTS, nodes.size());
    var partOf = new HashMap<NodeId, Integer>();
    // a fixed shuffle: neighbours by name are often alike
    nodes.stream()
        .sorted(java.util.Comparator.<NodeId>comparingInt(node -> Integer.reverse(node.value().hashCode() * 0x9E3779B9))
            .thenComparing(NodeId::value))
        .forEach(node -> partOf.put(node, partOf.size() % parts));
    var before = new ArrayList<Double>();
    var after = new ArrayList<Double>();
    for (var part = 0; part < parts; part++) {
      var held = part;
      var seen = new HashSet<NodeId>();
      partOf.forEach((node, its) -> {
        if (its != held) {
          seen.add(node);
        }
      });
      // a part fewer nodes than there will be: the demands shrink with them
      var eased = new Demands(Math.max(1, demands.samples() * (parts - 1) / parts), Math.max(2, demands.nodes() - 1));
      var fitted = ConstantFit.fit(constants, evidence.of(seen::contains), eased);
      var unseen = evidence.of(node -> !seen.contains(node));
      before.addAll(errors(constants, unseen));
      after.addAll(errors(fitted.constants(), unseen));
    }
    return new HeldOut(mean(before), mean(after), nodes.size(), before.size());
  }

  private static List<Double> errors(Map<String, Double> constants, Evidence unseen) {
    var names = constants.keySet().stream().sorted().toList();
    var values = names.stream().mapToDouble(name -> constants.getOrDefault(name, Double.NaN)).toArray();
    var indexes = new HashMap<String, Integer>();
    names.forEach(name -> indexes.put(name, indexes.size()));
    var errors = new ArrayList<Double>();
    for (var transfer : unseen.transfers()) {
      var predicted = new TransferTerm(transfer, name -> indexes.getOrDefault(name, -1)).seconds(values);
      errors.add(Math.abs(predicted - transfer.seconds()) / transfer.seconds());
    }
    for (var work : unseen.work()) {
      var predicted = work.decodedMB() / constants.getOrDefault(work.constant(), Double.NaN);
      errors.add(Math.abs(predicted - work.seconds()) / work.seconds());
    }
    return errors;
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
  }

  private static String measurements(Evidence evidence) {
    return counted(evidence.transfers().size(), "transfer") + " and " + counted(evidence.work().size(), "work time");
  }

  private static String counted(int count, String what) {
    return count + " " + what + (count == 1 ? "" : "s");
  }

  private static String percent(double part) {
    return String.format(Locale.ROOT, "%.1f %%", part * 100);
  }
}
