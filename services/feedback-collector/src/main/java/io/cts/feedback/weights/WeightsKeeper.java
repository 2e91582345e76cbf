package io.cts.feedback.weights;

import io.cts.contract.EventId;
import io.cts.contract.Weights;
import io.cts.contract.WeightsPublished;
import io.cts.cost.CostConstants;
import io.cts.feedback.fit.Refit;
import io.cts.messaging.Outbox;
import java.time.Instant;
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
public class WeightsKeeper {
  static final String MODEL = "analytic";
  private static final Pattern VERSION = Pattern.compile(MODEL + "-([0-9]{1,18})");

  private final Versions versions;
  private final Attempts attempts;
  private final Outbox outbox;
  private final TransactionTemplate transaction;
  private final InstantSource now;
  private final Set<String> onTopic = ConcurrentHashMap.newKeySet();
  private volatile boolean topicIsRead;

  WeightsKeeper(Versions versions, Attempts attempts, Outbox outbox, TransactionTemplate transaction,
      InstantSource now) {
    this.versions = versions;
    this.attempts = attempts;
    this.outbox = outbox;
    this.transaction = transaction;
    this.now = now;
  }

  /** Weights as they serve: all constants, the built-in ones included. */
  public Weights serving() {
    return versions.findFirstByOrderByNumberDesc()
        .map(newest -> CostConstants.of(newest.published().weights()).weights())
        .orElseGet(() -> CostConstants.BUILT_IN.weights());
  }

  public ModelsView models() {
    return ModelsView.of(versions.findByOrderByNumberDesc(), attempts.findFirstByOrderByIdDesc());
  }

  /** Weights were read from their topic. */
  public void seen(WeightsPublished published) {
    var version = VERSION.matcher(published.weights().version());
    if (published.weights().model().equals(MODEL) && version.matches()) {
      var number = Long.parseLong(version.group(1));
      transaction.executeWithoutResult(_ -> {
        versions.lock();
        if (!versions.existsById(number)) {
          versions.save(new VersionRow(number, published, null));
        }
      });
      onTopic.add(published.weights().version());
    }
  }

  /**
   * Publishes what a refit found, if it is better and other weights have not come to serve meanwhile.
   *
   * @param before what the refit began with
   * @return the event, where one is published
   */
  public Optional<WeightsPublished> settle(Weights before, Refit refit) {
    var published = transaction.execute(_ -> {
      versions.lock();
      attempts.save(new AttemptRow(now.instant(), refit));
      return refit instanceof Refit.Better better && serving().version().equals(before.version())
          ? Optional.of(publish(better))
          : Optional.<WeightsPublished>empty();
    });
    return published == null ? Optional.empty() : published;
  }

  private WeightsPublished publish(Refit.Better better) {
    var number = versions.findFirstByOrderByNumberDesc().map(VersionRow::number).orElse(0L) + 1;
    var heldOut = better.heldOut();
    var weights = new Weights(MODEL + "-" + number, MODEL, better.fitted().constants(), heldOut.samples());
    var published = new WeightsPublished(EventId.random(), now.instant(), weights, heldOut.after(), better.reason());
    versions.save(new VersionRow(number, published, heldOut));
    onTopic.add(weights.version());
    outbox.publish(published);
    return published;
  }

  /** All that was on the topic when this process started has been {@linkplain #seen seen}. */
  void topicIsRead() {
    topicIsRead = true;
  }

  /** Publishes the serving weights again, as a new event, if they are not on their topic any more. */
  public void republishIfLost() {
    if (!topicIsRead) {
      return;
    }
    transaction.executeWithoutResult(_ -> versions.findFirstByOrderByNumberDesc()
        .map(VersionRow::published)
        .filter(published -> onTopic.add(published.weights().version()))
        .ifPresent(lost -> outbox.publish(new WeightsPublished(EventId.random(), lost.at(), lost.weights(),
            lost.meanAbsolutePercentageError(), lost.reason()))));
  }

  /** Removes attempts that are older. */
  public void forgetBefore(Instant oldest) {
    attempts.forgetBefore(oldest);
  }
}
