package io.cts.decision;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.transaction.support.TransactionOperations;

/** Looks after what waited too long or is no longer of use. Any number of processes may sweep at once. */
final class Sweeper {
  private static final Duration ENCODING_IS_LOST = Duration.ofHours(1);
  private static final Duration FAILURE_IS_OLD = Duration.ofDays(1);

  private final Joining joining;
  private final Pulls pulls;
  private final Images images;
  private final Encodings encodings;
  private final DecisionSettings settings;
  private final TransactionOperations transactions;
  private final Clock clock;
  private final AtomicLong waiting;

  Sweeper(Joining joining, Pulls pulls, Images images, Encodings encodings, DecisionSettings settings,
      TransactionOperations transactions, MeterRegistry metrics, Clock clock) {
    this.joining = joining;
    this.pulls = pulls;
    this.images = images;
    this.encodings = encodings;
    this.settings = settings;
    this.transactions = transactions;
    this.clock = clock;
    this.waiting = metrics.gauge("cts.decision.waiting", new AtomicLong());
  }

  @Scheduled(initialDelayString = "${cts.decision.sweep-every}", fixedDelayString = "${cts.decision.sweep-every}")
  void sweep() {
    transactions.executeWithoutResult(_ -> joining.planWithoutRequest());
    transactions.executeWithoutResult(_ -> joining.giveUp());
    transactions.executeWithoutResult(_ -> {
      pulls.forgetDecidedBefore(clock.instant().minus(settings.keep()));
      images.forgetUnusedBefore(clock.instant().minus(settings.keep()));
      encodings.forgetAskedBefore(clock.instant().minus(ENCODING_IS_LOST));
      encodings.forgetFailedBefore(clock.instant().minus(FAILURE_IS_OLD));
    });
    waiting.set(pulls.waiting());
  }
}
