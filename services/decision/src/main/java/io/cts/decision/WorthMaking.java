package io.cts.decision;

import io.cts.contract.Encoding;
import io.cts.contract.Form;
import io.cts.cost.CostConstants;
import io.cts.cost.LayerState;
import io.cts.cost.Planned;
import io.cts.cost.Planned.Row;
import io.cts.cost.Planner;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which variants of an announced image are worth making for an audience: one after the other that which saves all expected
 * nodes together the most seconds beyond what its making costs, until none does or each layer has as many as it may.
 *
 * <p>Nodes of one group differ in their links: each group stands for the likeliest, the slowest and the fastest of its
 * range, in equal parts.
 */
final class WorthMaking {
  private static final double MEGA = 1e6;

  private final Planner planner;
  private final List<Encoding> ladder;
  private final int variantsPerLayer;
  private final double workWeight;

  WorthMaking(Planner planner, List<Encoding> ladder, int variantsPerLayer) {
    this.planner = planner;
    this.ladder = ladder;
    this.variantsPerLayer = variantsPerLayer;
    this.workWeight = planner.constants().weights().constants().getOrDefault(CostConstants.WORK_WEIGHT, 0.0);
  }

  /** A kind of node and what each alternative of each layer costs it, in the form that its group will get. */
  private record Member(double pulls, Form form, List<Planned.LayerTable> layers) {
    /** Seconds that {@code row} takes once it is there. */
    static double seconds(Row row) {
      return row.predicted().totalSeconds() - row.predicted().waitSeconds();
    }
  }

  /** Encodings to make of each layer, in the layers' order; what the upstream stores and identity are never among them. */
  List<Set<Encoding>> forAudience(List<LayerState> layers, List<Audience.Group> audience) {
    var members = new ArrayList<Member>();
    var best = new ArrayList<Planned>();
    for (var group : audience) {
      var planned = planner.plan(layers, group.context(), ladder);
      best.add(planned);
      var mayBe = planner.mayBe(group.context());
      for (var node : mayBe) {
        members.add(new Member(group.share() * group.context().expectedPulls() / mayBe.size(), planned.plan().form(),
            planner.plan(layers, node, ladder).layers()));
      }
    }
    var wanted = new ArrayList<Set<Encoding>>();
    for (var i = 0; i < layers.size(); i++) {
      var chosen = greedily(layers.get(i), i, members);
      for (var planned : best) {
        completeZstdForm(layers.get(i), planned, i, chosen);
      }
      wanted.add(chosen);
    }
    return wanted;
  }

  private Set<Encoding> greedily(LayerState layer, int index, List<Member> members) {
    var best = new double[members.size()];
    var candidates = new LinkedHashMap<Encoding, Map<Integer, Double>>();
    for (var m = 0; m < members.size(); m++) {
      var member = members.get(m);
      var rows = member.layers().get(index).rows();
      best[m] = Member.seconds(rows.getFirst()); // the original, which is always there
      for (var row : rows) {
        if (row.form() == member.form() && row.there()) {
          best[m] = Math.min(best[m], Member.seconds(row));
        } else if (row.form() == member.form()) {
          candidates.computeIfAbsent(row.encoding(), _ -> new HashMap<>()).put(m, Member.seconds(row));
        }
      }
    }
    var chosen = new LinkedHashSet<Encoding>();
    while (chosen.size() < variantsPerLayer) {
      Encoding most = null;
      var mostGain = 0.0;
      for (var candidate : candidates.entrySet()) {
        var gain = -workWeight * encodeSeconds(layer, candidate.getKey());
        for (var takes : candidate.getValue().entrySet()) {
          gain += members.get(takes.getKey()).pulls() * Math.max(0, best[takes.getKey()] - takes.getValue());
        }
        if (gain > mostGain) {
          most = candidate.getKey();
          mostGain = gain;
        }
      }
      if (most == null) {
        break;
      }
      var takes = candidates.remove(most);
      if (takes != null) {
        takes.forEach((member, seconds) -> best[member] = Math.min(best[member], seconds));
      }
      chosen.add(most);
    }
    return chosen;
  }

  /** A manifest of zstd layers needs a zstd variant of each, be it of no use by itself. */
  private static void completeZstdForm(LayerState layer, Planned planned, int index, Set<Encoding> chosen) {
    if (planned.plan().form() != Form.ZSTD) {
      return;
    }
    var rows = planned.layers().get(index).rows().stream().filter(row -> row.form() == Form.ZSTD).toList();
    if (rows.stream().noneMatch(row -> row.there() || chosen.contains(row.encoding()))) {
      chosen.add(planned.plan().layers().get(index).encoding());
    }
  }

  static double encodeSeconds(LayerState layer, Encoding encoding) {
    return layer.features()
        .sample(encoding)
        .map(sample -> layer.features().sizeBytes() / MEGA / sample.encodeMBps())
        .orElse(0.0);
  }
}
