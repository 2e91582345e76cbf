package io.cts.feedback;

import io.cts.contract.EventId;
import io.cts.contract.Weights;
import io.cts.contract.WeightsPublished;
import io.cts.cost.CostConstants;
import io.cts.feedback.fit.HeldOut;
import io.cts.feedback.fit.Refit;
import io.cts.messaging.Outbox;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Knows which weights serve. They lie in the database and on their topic, from which every reader takes the newest;
 * whichever of the two loses them gets them back from the other.
 */
class WeightsKeeper {
  static final String MODEL = "analytic";
  private static final Pattern VERSION = Pattern.compile(MODEL + "-([0-9]{1,18})");

  private final WeightsStore store;
  private final Outbox outbox;
  private final TransactionTemplate transaction;
  private final InstantSource now;
  private final Set<String> onTopic = ConcurrentHashMap.newKeySet();
  private volatile boolean topicIsRead;

  WeightsKeeper(WeightsStore store, Outbox outbox, TransactionTemplate transaction, InstantSource now) {
    this.store = store;
    this.outbox = outbox;
    this.transaction = transaction;
    this.now = now;
  }

  /** Weights as they serve: all constants, the built-in ones included. */
  Weights serving() {
    return store.newest()
        .map(version -> CostConstants.of(version.published().weights()).weights())
        .orElseGet(() -> CostConstants.BUILT_IN.weights());
  }

  /** Weights were read from their topic. */
  void seen(WeightsPublished published) {
    var version = VERSION.matcher(published.weights().version());
    if (published.weights().model().equals(MODEL) && version.matches()) {
      store.add(Long.parseLong(version.group(1)), published, null);
      onTopic.add(published.weights().version());
    }
  }

  /**
   * Publishes what a refit found, if it is better and other weights have not come to serve meanwhile.
   *
   * @param before what the refit began with
   * @return the event, where one is published
   */
  Optional<WeightsPublished> settle(Weights before, Refit refit) {
    var published = transaction.execute(_ -> {
      store.lock();
      store.attempted(attempt(refit));
      return refit instanceof Refit.Better better && serving().version().equals(before.version())
          ? Optional.of(publish(better))
          : Optional.<WeightsPublished>empty();
    });
    return published == null ? Optional.empty() : published;
  }

  private WeightsPublished publish(Refit.Better better) {
    var number = store.newest().map(WeightsStore.Version::number).orElse(0L) + 1;
    var heldOut = better.heldOut();
    var weights = new Weights(MODEL + "-" + number, MODEL, better.fitted().constants(), heldOut.samples());
    var published = new WeightsPublished(EventId.random(), now.instant(), weights, heldOut.after(), better.reason());
    store.add(number, published, heldOut);
    onTopic.add(weights.version());
    outbox.publish(published);
    return published;
  }

  private WeightsStore.Attempt attempt(Refit refit) {
    return switch (refit) {
      case Refit.Better better -> attempt("better", refit, better.heldOut());
      case Refit.Worse worse -> attempt("worse", refit, worse.heldOut());
      case Refit.Same same -> attempt("same", refit, same.heldOut());
      case Refit.NotEnough _ -> new WeightsStore.Attempt(now.instant(), "not enough data", refit.reason(), null, null);
    };
  }

  private WeightsStore.Attempt attempt(String outcome, Refit refit, HeldOut heldOut) {
    return new WeightsStore.Attempt(now.instant(), outcome, refit.reason(), heldOut.before(), heldOut.after());
  }

  /** All that was on the topic when this process started has been {@linkplain #seen seen}. */
  void topicIsRead() {
    topicIsRead = true;
  }

  /** Publishes the serving weights again, as a new event, if they are not on their topic any more. */
  void republishIfLost() {
    if (!topicIsRead) {
      return;
    }
    transaction.executeWithoutResult(_ -> store.newest()
        .map(WeightsStore.Version::published)
        .filter(published -> onTopic.add(published.weights().version()))
        .ifPresent(lost -> outbox.publish(new WeightsPublished(EventId.random(), lost.at(), lost.weights(),
            lost.meanAbsolutePercentageError(), lost.reason()))));
  }
}
