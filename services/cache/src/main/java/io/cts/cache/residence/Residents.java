package io.cts.cache.residence;

import io.cts.blobs.BlobPruner;
import io.cts.cache.catalog.Catalog;
import io.cts.cache.catalog.CatalogStore;
import io.cts.cache.catalog.WriteBehind;
import io.cts.contract.Digest;
import io.cts.cost.eviction.EvictionPolicy;
import io.cts.cost.eviction.EvictionQueue;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The blobs in the store and what they are worth. When they take more than their room, those leave that save the least
 * seconds per byte; all of them can be had again, from their upstream or by encoding.
 */
public final class Residents {
  private static final Logger LOG = LoggerFactory.getLogger(Residents.class);
  private static final Duration HALF_LIFE = Duration.ofHours(24);
  private static final int MOST_REMEMBERED = 50_000;

  private final BlobPruner blobs;
  private final Leases leases;
  private final Catalog catalog;
  private final CatalogStore store;
  private final WriteBehind writes;
  private final Clock clock;
  private final long capacityBytes;
  private final EvictionQueue<Digest> queue = new EvictionQueue<>(EvictionPolicy.withHalfLife(HALF_LIFE),
      MOST_REMEMBERED);
  private final Map<Digest, Double> secondsToHaveAgain = new ConcurrentHashMap<>();
  private final MeterRegistry meters;

  public Residents(BlobPruner blobs, Leases leases, Catalog catalog, CatalogStore store, WriteBehind writes,
      Clock clock, long capacityBytes, MeterRegistry meters) {
    this.blobs = blobs;
    this.leases = leases;
    this.catalog = catalog;
    this.store = store;
    this.writes = writes;
    this.clock = clock;
    this.capacityBytes = capacityBytes;
    this.meters = meters;
    meters.gauge("cts.cache.bytes", this, Residents::bytes);
  }

  /** Takes stock of what the store holds. */
  public void load() throws IOException {
    secondsToHaveAgain.putAll(store.secondsToHaveAgain());
    try (var stored = blobs.list()) {
      stored.forEach(entry -> enter(entry.digest(), entry.sizeBytes()));
    }
  }

  /**
   * A blob was stored.
   *
   * @param seconds that fetching or making it took
   */
  public void stored(Digest blob, long bytes, double seconds) {
    secondsToHaveAgain.put(blob, seconds);
    writes.later(() -> store.saveSecondsToHaveAgain(blob, seconds));
    enter(blob, bytes);
    shrink();
  }

  /** A blob was served: that saved what it would have taken to have it again. */
  public void used(Digest blob) {
    synchronized (queue) {
      queue.hit(blob, secondsToHaveAgain.getOrDefault(blob, 0.0), clock.instant());
    }
  }

  private void enter(Digest blob, long bytes) {
    synchronized (queue) {
      queue.add(blob, bytes, secondsToHaveAgain.getOrDefault(blob, 0.0), clock.instant());
    }
  }

  public long bytes() {
    synchronized (queue) {
      return queue.bytes();
    }
  }

  /** Makes room, if there is less than there should be. */
  public void shrink() {
    var leased = leases.leased();
    List<EvictionQueue.Entry<Digest>> leaving;
    synchronized (queue) {
      leaving = queue.shrinkTo(capacityBytes, leased::contains);
    }
    for (var entry : leaving) {
      evict(entry.key(), entry.bytes());
    }
  }

  private void evict(Digest blob, long bytes) {
    try {
      catalog.variant(blob).filter(variant -> !catalog.isNamed(blob)).ifPresent(variant -> {
        catalog.remove(variant);
        writes.later(() -> store.delete(variant));
      });
      blobs.delete(blob);
      meters.counter("cts.cache.evicted.bytes").increment(bytes);
      LOG.debug("evicted {} of {} bytes", blob, bytes);
    } catch (IOException e) {
      LOG.warn("could not remove blob {} to make room, will try again: {}", blob, e.getMessage());
      enter(blob, bytes);
    }
  }
}
