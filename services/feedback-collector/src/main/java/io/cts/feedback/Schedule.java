package io.cts.feedback;

import io.cts.feedback.outcomes.Outcomes;
import io.cts.feedback.weights.WeightsKeeper;
import java.time.Duration;
import java.time.InstantSource;
import org.springframework.scheduling.annotation.Scheduled;

/** What is done now and then without being asked. */
class Schedule {
  private final Refitter refitter;
  private final WeightsKeeper weights;
  private final Outcomes outcomes;
  private final Duration keep;
  private final InstantSource now;

  Schedule(Refitter refitter, WeightsKeeper weights, Outcomes outcomes, Duration keep, InstantSource now) {
    this.refitter = refitter;
    this.weights = weights;
    this.outcomes = outcomes;
    this.keep = keep;
    this.now = now;
  }

  @Scheduled(fixedDelayString = "${cts.feedback.refit-every}", initialDelayString = "${cts.feedback.refit-every}")
  void refit() {
    refitter.refit();
  }

  @Scheduled(fixedDelayString = "${cts.feedback.tidy-every}", initialDelayString = "${cts.feedback.tidy-every}")
  void tidy() {
    weights.republishIfLost();
    var oldest = now.instant().minus(keep);
    outcomes.forgetBefore(oldest);
    weights.forgetBefore(oldest);
  }
}
