package io.cts.cache.choice;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.cts.contract.Engine;
import io.cts.contract.EngineClass;
import io.cts.contract.NodeId;
import io.cts.contract.NodeProfile;
import io.cts.contract.NodeProfiled;
import io.cts.contract.WeightsPublished;
import io.cts.cost.ClassPrior;
import io.cts.cost.CostConstants;
import io.cts.cost.Planner;
import io.cts.cost.PullContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The newest profiles and weights, in memory, as the topics tell them. */
public final class Knowledge {
  private final Cache<NodeId, NodeProfile> profiles = Caffeine.newBuilder().maximumSize(200_000).build();
  private final Cache<EngineClass, Optional<NodeProfile>> typical = Caffeine.newBuilder()
      .expireAfterWrite(Duration.ofMinutes(1))
      .build();
  private volatile Dated serving = new Dated(Instant.EPOCH, new Planner(CostConstants.BUILT_IN));
  private final Clock clock;

  private record Dated(Instant at, Planner planner) {}

  public Knowledge(Clock clock) {
    this.clock = clock;
  }

  /** A node's are told in order; what is believed now may have been measured before what was believed then. */
  public void on(NodeProfiled event) {
    profiles.put(event.profile().node(), event.profile());
  }

  public synchronized void on(WeightsPublished event) {
    var isForThisModel = event.weights().model().equals(CostConstants.BUILT_IN.weights().model());
    if (isForThisModel && !event.at().isBefore(serving.at())) {
      serving = new Dated(event.at(), new Planner(CostConstants.of(event.weights())));
    }
  }

  /** What is known of the node, with a confidence that has fallen with age. */
  public @Nullable NodeProfile profile(NodeId node) {
    var profile = profiles.getIfPresent(node);
    return profile == null ? null : PullContext.aged(profile, clock.instant());
  }

  /** What is typical of the engine's class; empty while too few of its nodes were measured. */
  public Optional<NodeProfile> typical(Engine engine) {
    return typical.get(engine.engineClass(), _ -> ClassPrior.of(engine, List.copyOf(profiles.asMap().values()),
        planner().constants(), clock.instant()));
  }

  public Planner planner() {
    return serving.planner();
  }
}
