package io.cts.feedback;

import io.cts.contract.WeightsPublished;
import io.cts.feedback.fit.Demands;
import io.cts.feedback.fit.Refit;
import io.cts.feedback.outcomes.EvidenceReader;
import io.cts.feedback.weights.WeightsKeeper;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Fits the constants anew, one fit at a time in this process. */
class Refitter {
  private static final Logger LOG = LoggerFactory.getLogger(Refitter.class);
  private final EvidenceReader evidence;
  private final WeightsKeeper weights;
  private final Demands demands;
  private final MeterRegistry meters;
  private final ReentrantLock one = new ReentrantLock();

  /** @param published absent where the weights that served go on serving */
  record Outcome(Refit refit, Optional<WeightsPublished> published, String serves) {}

  Refitter(EvidenceReader evidence, WeightsKeeper weights, Demands demands, MeterRegistry meters) {
    this.evidence = evidence;
    this.weights = weights;
    this.demands = demands;
    this.meters = meters;
  }

  Outcome refit() {
    one.lock();
    try {
      var before = weights.serving();
      var refit = Refit.of(before.constants(), evidence.read().cleaned(), demands);
      var published = weights.settle(before, refit);
      meters.counter("cts.feedback.refits", "published", String.valueOf(published.isPresent())).increment();
      LOG.info("{}", refit.reason());
      return new Outcome(refit, published, weights.serving().version());
    } finally {
      one.unlock();
    }
  }
}
