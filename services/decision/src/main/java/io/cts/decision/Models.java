package io.cts.decision;

import io.cts.contract.WeightsPublished;
import io.cts.cost.CostConstants;
import io.cts.cost.Planner;
import java.time.Instant;

/** The weights in use: the newest that were published, or the built-in ones. */
final class Models {
  private Instant since = Instant.MIN;
  private volatile Planner planner = new Planner(CostConstants.BUILT_IN);

  /**
   * Uses weights of the analytic model; other models' are for others.
   *
   * @throws IllegalArgumentException if the weights cannot be; those before them stay in use
   */
  synchronized void use(WeightsPublished published) {
    var forThisModel = published.weights().model().equals(CostConstants.BUILT_IN.weights().model());
    if (forThisModel && published.at().isAfter(since)) {
      planner = new Planner(CostConstants.of(published.weights()));
      since = published.at();
    }
  }

  Planner planner() {
    return planner;
  }
}
