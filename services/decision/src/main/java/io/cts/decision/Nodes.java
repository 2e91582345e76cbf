package io.cts.decision;

import io.cts.contract.Engine;
import io.cts.contract.NodeId;
import io.cts.contract.NodeProfile;
import io.cts.cost.ClassPrior;
import io.cts.cost.CostConstants;
import io.cts.cost.PullContext;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The last profile of each node, held in memory; the longest unchanged is forgotten when there are too many. */
final class Nodes {
  private static final int MOST = 100_000;

  private final Clock clock;
  private final Map<NodeId, NodeProfile> profiles = new LinkedHashMap<>() {
    private static final long serialVersionUID = 1;

    @Override
    protected boolean removeEldestEntry(Map.Entry<NodeId, NodeProfile> eldest) {
      return size() > MOST;
    }
  };

  Nodes(Clock clock) {
    this.clock = clock;
  }

  /**
   * What a plan rests on.
   *
   * @param profile absent where nothing at all is known
   * @param basis where the facts come from, for people
   */
  record Known(
      Engine engine,
      @Nullable NodeProfile profile,
      String basis) {}

  /** A node's are told in order; what is believed now may have been measured before what was believed then. */
  synchronized void put(NodeProfile profile) {
    profiles.remove(profile.node());
    profiles.put(profile.node(), profile);
  }

  synchronized List<NodeProfile> all() {
    return new ArrayList<>(profiles.values());
  }

  /** What is known of {@code node}: its own last profile, what it has not measured from its class. */
  Known known(NodeId node, CostConstants constants) {
    NodeProfile own;
    synchronized (this) {
      own = profiles.get(node);
    }
    if (own == null) {
      var engine = engineOf(node);
      var prior = ClassPrior.of(engine, all(), constants, clock.instant());
      return new Known(engine, prior.orElse(null),
          prior.isPresent()
              ? "the node was not measured yet and is taken to be like others of its class"
              : "nothing is known of the node");
    }
    var aged = PullContext.aged(own, clock.instant());
    if (own.bandwidthMbps() != null) {
      return new Known(own.engine(), aged, "the node's profile of " + own.measuredAt());
    }
    var prior = ClassPrior.of(own.engine(), all(), constants, clock.instant());
    return new Known(own.engine(), prior.map(lent -> inherit(aged, lent)).orElse(aged),
        prior.isPresent()
            ? "the node's profile of " + own.measuredAt() + ", its bandwidth taken to be like others of its class"
            : "the node's profile of " + own.measuredAt() + ", without a bandwidth");
  }

  private static NodeProfile inherit(NodeProfile own, NodeProfile prior) {
    return new NodeProfile(own.node(), own.engine(), own.source(), prior.bandwidthMbps(), false,
        own.rttMillis() == null ? prior.rttMillis() : own.rttMillis(),
        own.decodeRates().isEmpty() ? prior.decodeRates() : own.decodeRates(),
        own.cores() == null ? prior.cores() : own.cores(), own.memoryBytes(),
        own.diskWriteMBps() == null ? prior.diskWriteMBps() : own.diskWriteMBps(), prior.confidence(),
        own.measuredAt());
  }

  /** The engine that an observed node's name ends with ({@link NodeId#observed}). */
  private static Engine engineOf(NodeId node) {
    var parts = node.value().split("~", -1);
    if (parts.length < 3) {
      return Engine.UNKNOWN;
    }
    try {
      return Engine.parse(parts[parts.length - 1]);
    } catch (IllegalArgumentException _) {
      return Engine.UNKNOWN; // a name that somebody chose
    }
  }
}
