package io.cts.decision;

import io.cts.contract.CodecFamily;
import io.cts.contract.Engine;
import io.cts.contract.EngineClass;
import io.cts.contract.NodeProfile;
import io.cts.contract.Objective;
import io.cts.cost.ClassPrior;
import io.cts.cost.CostConstants;
import io.cts.cost.PullContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;

/** Who may come for an image that is announced for nobody in particular. */
final class Audience {
  /** From so many nodes on, those that were seen say better who comes than the configured guess. */
  private static final int ENOUGH_NODES = 5;

  private Audience() {}

  /**
   * Nodes alike: one engine class that accepts the same content codings.
   *
   * @param share of the pulls expected, 0 to 1
   */
  record Group(PullContext context, double share) {}

  private record Kind(EngineClass engineClass, Set<CodecFamily> accepts) {}

  /** The kinds of nodes that were seen, or until there are enough the {@code expected} engines; the largest share first. */
  static List<Group> of(Collection<NodeProfile> seen, List<Engine> expected, Objective objective, double expectedPulls,
      CostConstants constants, Instant now) {
    var engines = new LinkedHashMap<Kind, List<Engine>>();
    seen.stream().map(NodeProfile::engine).forEach(engine -> add(engines, engine));
    if (seen.size() < ENOUGH_NODES) {
      expected.forEach(engine -> add(engines, engine));
    }
    var all = engines.values().stream().mapToInt(List::size).sum();
    var groups = new ArrayList<Group>();
    for (var alike : engines.values()) {
      var engine = alike.getFirst();
      var profile = ClassPrior.of(engine, seen, constants, now).orElse(null);
      groups.add(new Group(PullContext.of(engine, profile, objective).announcedFor(expectedPulls),
          alike.size() / (double) all));
    }
    groups.sort(Comparator.comparingDouble(Group::share).reversed());
    return groups;
  }

  private static void add(LinkedHashMap<Kind, List<Engine>> engines, Engine engine) {
    engines.computeIfAbsent(new Kind(engine.engineClass(), PullContext.usuallyAccepted(engine)), _ -> new ArrayList<>())
        .add(engine);
  }
}
