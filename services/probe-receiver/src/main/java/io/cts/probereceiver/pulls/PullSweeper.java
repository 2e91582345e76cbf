package io.cts.probereceiver.pulls;

import io.cts.probereceiver.ProbeReceiverSettings;
import io.cts.probereceiver.pulls.PullState.Cause;
import io.cts.probereceiver.pulls.PullState.Expired;
import io.cts.probereceiver.pulls.PullState.Failed;
import io.cts.probereceiver.pulls.PullState.Served;
import io.cts.probereceiver.transfers.TransferStore;
import java.time.Clock;
import java.time.Duration;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Ends what no event ends: each pull comes to an end. Several processes may sweep at once. */
@Component
class PullSweeper {
  /** How long a pull waits for somebody to come, and for getting ready. */
  static final Duration DEADLINE = Duration.ofHours(24);

  private final PullStore pulls;
  private final TransferStore transfers;
  private final Duration keep;
  private final Clock clock;

  PullSweeper(PullStore pulls, TransferStore transfers, ProbeReceiverSettings settings, Clock clock) {
    this.pulls = pulls;
    this.transfers = transfers;
    this.keep = settings.keep();
    this.clock = clock;
  }

  @Scheduled(fixedDelayString = "${cts.probe-receiver.sweep-every}")
  @Transactional
  void sweep() {
    var now = clock.instant();
    for (var pull : pulls.perhapsServed(now.minus(Delivery.IDLE))) {
      if (new Delivery(transfers.ofPull(pull.id())).isOver(pull, now)) {
        pulls.save(pull, pull.moved(new Served()), now);
      }
    }
    for (var pull : pulls.abandoned(now.minus(DEADLINE))) {
      pulls.save(pull, pull.moved(new Expired()), now);
    }
    for (var pull : pulls.stuck(now.minus(DEADLINE))) {
      pulls.save(pull, pull.moved(endOfStuck(pull)), now);
    }
  }

  @Scheduled(fixedDelayString = "${cts.probe-receiver.forget-every}")
  @Transactional
  void forget() {
    var before = clock.instant().minus(keep);
    pulls.forget(before);
    transfers.forget(before);
  }

  /** Who came was served the original meanwhile. */
  private PullState endOfStuck(PullStory pull) {
    var sent = transfers.ofPull(pull.id());
    if (!sent.isEmpty() && new Delivery(sent).isEachBlobDelivered()) {
      return new Served();
    }
    return new Failed(new Cause("probe-receiver", "NEVER_READY", "waited " + DEADLINE.toHours() + " hours for pull "
        + pull.id() + " to get ready, but it came no further than \"" + pull.state().text()
        + "\": look for its id in the dead letters of the topics and in the services' logs, then submit it again"));
  }
}
