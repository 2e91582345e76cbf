package io.cts.cache.deltas;

import io.cts.blobs.BlobReader;
import io.cts.cache.agents.AgentId;
import io.cts.cache.agents.Inventories;
import io.cts.cache.catalog.Catalog;
import io.cts.cache.catalog.Repository;
import io.cts.cache.catalog.StoredImage;
import io.cts.cache.catalog.WriteBehind;
import io.cts.cache.residence.Residents;
import io.cts.contract.CodecFamily;
import io.cts.contract.DeltaFailed;
import io.cts.contract.DeltaMade;
import io.cts.contract.DeltaRequested;
import io.cts.contract.DeltaRequested.Effort;
import io.cts.contract.DeltaRequested.Source;
import io.cts.contract.Digest;
import io.cts.contract.EventId;
import io.cts.contract.LayerFeatures;
import io.cts.delta.format.DeltaWriter;
import io.cts.messaging.Outbox;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Asks for deltas before they are needed: when an agent takes a manifest, and when an image is ready that agents hold an
 * older one of. Nobody who is served waits for any of it.
 */
public final class DeltaRequests implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DeltaRequests.class);
  /** A quick delta below this is not worth minutes of a processor to halve it. */
  private static final long DENSE_FROM_BYTES = 256 << 10;
  /** Layers below this travel whole. */
  private static final long LEAST_LAYER_BYTES = 16 << 10;
  private static final int MOST_AGENTS = 200;

  private final DeltaStore store;
  private final BaseChooser bases;
  private final Catalog catalog;
  private final Inventories inventories;
  private final BlobReader blobs;
  private final Residents residents;
  private final WriteBehind writes;
  private final Outbox outbox;
  private final TransactionOperations transaction;
  /** One thread: many agents may come for an image at once, and they want the same deltas. */
  private final ExecutorService background = Executors
      .newSingleThreadExecutor(Thread.ofVirtual().name("base-search").factory());
  private final Clock clock;

  DeltaRequests(DeltaStore store, BaseChooser bases, Catalog catalog, Inventories inventories, BlobReader blobs,
      Residents residents, WriteBehind writes, Outbox outbox, TransactionOperations transaction, Clock clock) {
    this.store = store;
    this.bases = bases;
    this.catalog = catalog;
    this.inventories = inventories;
    this.blobs = blobs;
    this.residents = residents;
    this.writes = writes;
    this.outbox = outbox;
    this.transaction = transaction;
    this.clock = clock;
  }

  /** The agent took the image's manifest and will come for its layers. */
  public void pulled(AgentId agent, Repository repository, Digest manifest) {
    catalog.image(manifest).ifPresent(image -> background.execute(() -> ask(agent, repository, image)));
  }

  /** The image is ready: agents that hold layers of the repository may come for it. */
  public void ready(Repository repository, StoredImage image) {
    background.execute(() -> {
      var agents = inventories.holding(bases.diffIdsOf(repository));
      agents.stream().limit(MOST_AGENTS).forEach(agent -> ask(agent, repository, image));
    });
  }

  private void ask(AgentId agent, Repository repository, StoredImage image) {
    var eligible = bases.eligible(agent);
    if (eligible.isEmpty() || image.leftAsIs() != null) {
      return;
    }
    for (var layer : image.layers()) {
      catalog.feature(layer.digest()).ifPresent(target -> ask(repository, target, eligible));
    }
  }

  /** The delta of {@code target} upon the best of {@code eligible}, asked for if it was not; nothing where none is near. */
  Optional<KnownDelta> ask(Repository repository, LayerFeatures target, Set<Digest> eligible) {
    if (target.sizeBytes() < LEAST_LAYER_BYTES) {
      return Optional.empty();
    }
    var chosen = bases.choose(repository, target, eligible);
    if (chosen.isEmpty()) {
      return Optional.empty();
    }
    var key = new DeltaKey(target.diffId(), chosen.stream().map(LayerFeatures::diffId).toList(), Effort.QUICK,
        DeltaWriter.VERSION);
    var known = store.find(key);
    if (known.isPresent() && !DeltaStore.mayBeAskedFor(known.get(), clock.instant())) {
      return known;
    }
    var requests = known.map(KnownDelta::requests).orElse(0) + 1;
    store.remember(new KnownDelta(key, KnownDelta.State.WANTED, requests, clock.instant(), null, 0, 0));
    writes.later(() -> transaction.executeWithoutResult(_ -> request(key)));
    return store.find(key);
  }

  /** Within a transaction. */
  private void request(DeltaKey key) {
    var target = source(key.diffId());
    var sources = new ArrayList<Source>();
    key.bases().forEach(base -> source(base).ifPresent(sources::add));
    if (target.isEmpty() || sources.size() < key.bases().size()) {
      LOG.debug("no delta of {}: a layer is not known any more", key.diffId());
      return;
    }
    var now = clock.instant();
    store.want(key, now)
        .ifPresent(attempt -> outbox.publish(new DeltaRequested(EventId.random(), now, target.get(),
            List.copyOf(sources), key.effort(), key.formatVersion(), attempt)));
  }

  /** Where the layer's bytes are: what is quickest to decode of what is there. */
  private Optional<Source> source(Digest diffId) {
    return catalog.byDiffId(diffId).map(layer -> {
      for (var family : List.of(CodecFamily.LZ4, CodecFamily.ZSTD)) {
        for (var variant : catalog.variants(diffId).values()) {
          var bytes = variant.variant();
          if (variant.encoding().family() == family && bytes != null && isThere(bytes)) {
            return new Source(diffId, layer.sizeBytes(), bytes, family);
          }
        }
      }
      return new Source(diffId, layer.sizeBytes(), layer.layer(), layer.storedAs());
    });
  }

  private boolean isThere(Digest variant) {
    try {
      return blobs.size(variant).isPresent();
    } catch (IOException e) {
      return false;
    }
  }

  /** In the transaction of the event. */
  public void on(DeltaMade made) {
    store.save(made);
    residents.stored(made.delta(), made.deltaSizeBytes(), made.encodeSeconds());
    if (made.effort() == Effort.QUICK && made.deltaSizeBytes() >= DENSE_FROM_BYTES && isAnyUse(made)) {
      request(DeltaStore.key(made).with(Effort.DENSE));
    }
  }

  private boolean isAnyUse(DeltaMade made) {
    return catalog.byDiffId(made.diffId()).filter(layer -> made.deltaSizeBytes() < layer.storedSizeBytes()).isPresent();
  }

  /** In the transaction of the event. */
  public void on(DeltaFailed failed) {
    LOG.info("a {} delta of {} could not be made: {}", failed.effort(), failed.diffId(), failed.cause());
    store.save(failed);
  }

  /** The bytes were evicted. */
  void gone(KnownDelta delta) {
    store.delete(delta);
    writes.later(() -> store.deleteRow(delta));
  }

  @Override
  public void close() {
    background.shutdownNow();
  }
}
