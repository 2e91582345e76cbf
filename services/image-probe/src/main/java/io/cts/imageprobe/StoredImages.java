package io.cts.imageprobe;

import io.cts.contract.Digest;
import io.cts.contract.EventId;
import io.cts.contract.ImageProfiled;
import io.cts.contract.ImageStored;
import io.cts.contract.ImageStored.StoredLayer;
import io.cts.contract.LayerFeatures;
import io.cts.messaging.Outbox;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Takes stored images in and tells of those whose layers are all read, within its callers' transactions; forgets them
 * after a while.
 */
final class StoredImages {
  /** Longer than an event is kept that tells of an image. */
  private static final Duration KEPT = Duration.ofDays(8);

  private final Layers layers;
  private final Profilings profilings;
  private final ClaimedDiffIds claimed;
  private final Outbox outbox;
  private final Clock clock;
  private final Runnable thereIsWork;

  /** @param thereIsWork is run once a layer may be waiting */
  StoredImages(Layers layers, Profilings profilings, ClaimedDiffIds claimed, Outbox outbox, Clock clock,
      Runnable thereIsWork) {
    this.layers = layers;
    this.profilings = profilings;
    this.claimed = claimed;
    this.outbox = outbox;
    this.clock = clock;
    this.thereIsWork = thereIsWork;
  }

  @Scheduled(initialDelayString = "5m", fixedDelayString = "1h")
  void forgetOld() {
    profilings.forgetBefore(clock.instant().minus(KEPT));
  }

  void handle(ImageStored stored) {
    if (stored.leftAsIs() != null) {
      publish(stored, List.of(), stored.leftAsIs());
      return;
    }
    var now = clock.instant();
    stored.layers()
        .stream()
        .sorted(Comparator.comparing(StoredLayer::digest)) // one order for all: no deadlock
        .forEach(layer -> layers.want(layer.digest().toString(), layer.sizeBytes(), now));
    profilings.save(new ProfilingRow(stored, now));
    TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
      @Override
      public void afterCommit() {
        thereIsWork.run();
      }
    });
    publishWhereComplete(stored.id().value());
  }

  /** {@code layer} was read, or will not be. */
  void settled(Digest layer) {
    profilings.waitingFor(layer.toString()).forEach(this::publishWhereComplete);
  }

  private void publishWhereComplete(UUID id) {
    profilings.findByStoredAndPublishedFalse(id).ifPresent(this::publishWhereComplete);
  }

  private void publishWhereComplete(ProfilingRow profiling) {
    var stored = profiling.image();
    var known = layers.of(stored.id().value());
    var unreadable = known.stream().filter(layer -> layer.state() == LayerState.UNREADABLE).findFirst();
    if (unreadable.isPresent()) {
      publish(stored, List.of(), "layer " + unreadable.get().digest() + " cannot be read: " + unreadable.get().cause());
      profiling.published();
    } else if (known.stream().allMatch(layer -> layer.state() == LayerState.READ)) {
      var features = inOrder(stored, known);
      publish(stored, features, claimed.contradiction(stored.config(), features).orElse(null));
      profiling.published();
    }
  }

  private static List<LayerFeatures> inOrder(ImageStored stored, List<Layers.Known> known) {
    Map<String, LayerFeatures> byDigest = known.stream()
        .collect(Collectors.toMap(Layers.Known::digest, layer -> Objects.requireNonNull(layer.features())));
    return stored.layers()
        .stream()
        .map(layer -> Objects.requireNonNull(byDigest.get(layer.digest().toString())))
        .toList();
  }

  private void publish(ImageStored stored, List<LayerFeatures> features, @Nullable String leftAsIs) {
    outbox.publish(new ImageProfiled(EventId.after(stored.id(), "image-profiled"), clock.instant(), stored.pull(),
        stored.image(), stored.manifest(), stored.config(), stored.platform(), features, leftAsIs));
  }
}
