package io.cts.imageprobe;

import io.cts.contract.Digest;
import io.cts.contract.EventId;
import io.cts.contract.ImageProfiled;
import io.cts.contract.ImageStored;
import io.cts.contract.ImageStored.StoredLayer;
import io.cts.contract.LayerFeatures;
import io.cts.messaging.Outbox;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Takes stored images in and tells of those whose layers are all read. All within its callers' transactions. */
final class StoredImages {
  private final LayerTable layers;
  private final ProfilingTable profilings;
  private final ClaimedDiffIds claimed;
  private final Outbox outbox;
  private final Clock clock;
  private final Runnable thereIsWork;

  /** @param thereIsWork is run once a layer may be waiting */
  StoredImages(LayerTable layers, ProfilingTable profilings, ClaimedDiffIds claimed, Outbox outbox, Clock clock,
      Runnable thereIsWork) {
    this.layers = layers;
    this.profilings = profilings;
    this.claimed = claimed;
    this.outbox = outbox;
    this.clock = clock;
    this.thereIsWork = thereIsWork;
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
        .forEach(layer -> layers.want(layer, now));
    profilings.insert(stored);
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
    profilings.waitingFor(layer).forEach(this::publishWhereComplete);
  }

  private void publishWhereComplete(UUID id) {
    var stored = profilings.lock(id);
    if (stored.isEmpty()) {
      return;
    }
    var known = layers.of(id);
    var unreadable = known.stream().filter(layer -> layer.state() == LayerRow.State.UNREADABLE).findFirst();
    if (unreadable.isPresent()) {
      publish(stored.get(), List.of(),
          "layer " + unreadable.get().digest() + " cannot be read: " + unreadable.get().cause());
      profilings.published(id);
    } else if (known.stream().allMatch(layer -> layer.state() == LayerRow.State.READ)) {
      var features = inOrder(stored.get(), known);
      publish(stored.get(), features, claimed.contradiction(stored.get().config(), features).orElse(null));
      profilings.published(id);
    }
  }

  private static List<LayerFeatures> inOrder(ImageStored stored, List<LayerRow> known) {
    Map<Digest, LayerFeatures> byDigest = known.stream()
        .collect(Collectors.toMap(LayerRow::digest, layer -> Objects.requireNonNull(layer.features())));
    return stored.layers().stream().map(layer -> Objects.requireNonNull(byDigest.get(layer.digest()))).toList();
  }

  private void publish(ImageStored stored, List<LayerFeatures> features, @Nullable String leftAsIs) {
    outbox.publish(new ImageProfiled(EventId.after(stored.id(), "image-profiled"), clock.instant(), stored.pull(),
        stored.image(), stored.manifest(), stored.config(), stored.platform(), features, leftAsIs));
  }
}
