package io.cts.contract;

import java.time.Instant;

/**
 * New weights serve from now on. Published by feedback-collector.
 *
 * <p>Topic {@code cts.weights-published.v1}. A whole example is {@code src/test/resources/golden/weights-published.json}.
 *
 * @param meanAbsolutePercentageError on held-out nodes, 0.04 for 4 %
 * @param reason one sentence for people
 */
public record WeightsPublished(
    EventId id,
    Instant at,
    Weights weights,
    double meanAbsolutePercentageError,
    String reason) implements Event {

  @Override
  public String key() {
    return weights.version();
  }
}
