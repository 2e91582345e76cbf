package io.cts.cache.residence;

import io.cts.blobs.BlobPruner;
import io.cts.cache.catalog.Catalog;
import io.cts.cache.catalog.CatalogStore;
import io.cts.cache.catalog.WriteBehind;
import io.cts.cache.learning.Learned;
import io.cts.cache.learning.Since;
import io.cts.contract.Digest;
import io.cts.cost.eviction.EvictionPolicy;
import io.cts.cost.eviction.EvictionQueue;
import io.cts.cost.eviction.Worth;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The blobs in the store and what they are worth. When they take more than their room, those leave that save the least
 * seconds per byte; all of them can be had again, from their upstream or by encoding.
 */
public final class Residents implements Learned, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Residents.class);
  /** After which what a blob has saved counts half. */
  public static final Duration HALF_LIFE = Duration.ofHours(24);
  private static final int MOST_REMEMBERED = 50_000;

  private final BlobPruner blobs;
  private final Leases leases;
  private final Catalog catalog;
  private final CatalogStore store;
  private final WorthStore worths;
  private final WriteBehind writes;
  private final Clock clock;
  private final long capacityBytes;
  private final EvictionQueue<Digest> queue = new EvictionQueue<>(EvictionPolicy.withHalfLife(HALF_LIFE),
      MOST_REMEMBERED);
  private final Map<Digest, Double> secondsToHaveAgain = new ConcurrentHashMap<>();
  private final Map<Digest, Double> notYetNoted = new ConcurrentHashMap<>();
  private final MeterRegistry meters;
  private Set<Digest> newcomers = Set.of();

  public Residents(BlobPruner blobs, Leases leases, Catalog catalog, CatalogStore store, WorthStore worths,
      WriteBehind writes, Clock clock, long capacityBytes, MeterRegistry meters) {
    this.blobs = blobs;
    this.leases = leases;
    this.catalog = catalog;
    this.store = store;
    this.worths = worths;
    this.writes = writes;
    this.clock = clock;
    this.capacityBytes = capacityBytes;
    this.meters = meters;
    meters.gauge("cts.cache.bytes", this, Residents::bytes);
  }

  /** Takes stock of what the store holds. */
  public void load() throws IOException {
    try (var stored = blobs.list()) {
      stored.forEach(entry -> {
        synchronized (queue) {
          queue.restore(entry.digest(), entry.sizeBytes(), Worth.NONE);
        }
      });
    }
  }

  @Override
  public void learn(Since since) {
    if (since.isBeginning()) {
      restore(worths.all());
    }
  }

  /** What was noted of blobs in an earlier life. */
  public void restore(Map<Digest, WorthStore.Noted> noted) {
    noted.forEach((blob, known) -> {
      synchronized (queue) {
        queue.find(blob)
            .filter(entry -> known.worth() == null
                ? entry.worth().equals(Worth.NONE)
                : !entry.worth().at().isAfter(known.worth().at()))
            .ifPresent(entry -> enter(blob, entry.bytes(), known));
      }
    });
  }

  /** What is known of the blobs that are here; a copy. */
  public Map<Digest, WorthStore.Noted> worths() {
    var worthOf = new HashMap<Digest, WorthStore.Noted>();
    synchronized (queue) {
      for (var blob : queue.keys()) {
        queue.find(blob)
            .ifPresent(entry -> worthOf.put(blob,
                new WorthStore.Noted(secondsToHaveAgain.getOrDefault(blob, 0.0), entry.worth())));
      }
    }
    return worthOf;
  }

  /**
   * Finds what other processes over the same store have stored and removed. What is found for the first time is left for
   * the next: whoever stored it may not have noted yet what it is worth.
   */
  public synchronized void takeStock() throws IOException {
    var there = new HashMap<Digest, Long>();
    try (var stored = blobs.list()) {
      stored.forEach(entry -> there.put(entry.digest(), entry.sizeBytes()));
    }
    Set<Digest> known;
    synchronized (queue) {
      known = queue.keys();
    }
    for (var digest : known) {
      if (!there.containsKey(digest) && blobs.size(digest).isEmpty()) {
        synchronized (queue) {
          queue.remove(digest);
        }
      }
    }
    synchronized (queue) { // a packed blob's share changes with those that it shares with
      there.forEach((digest, bytes) -> queue.find(digest)
          .filter(entry -> entry.bytes() != bytes)
          .ifPresent(entry -> queue.restore(digest, bytes, entry.worth())));
    }
    there.keySet().removeAll(known);
    var foundBefore = newcomers;
    newcomers = Set.copyOf(there.keySet());
    there.keySet().retainAll(foundBefore);
    if (!there.isEmpty()) {
      var noted = worths.of(there.keySet());
      there.forEach((digest, bytes) -> enter(digest, bytes, noted.get(digest)));
    }
  }

  /** A blob of which nothing was noted saved nothing; one of which no hit was noted counts as wanted once, now. */
  private void enter(Digest blob, long bytes, WorthStore.@Nullable Noted noted) {
    if (noted != null) {
      secondsToHaveAgain.put(blob, noted.seconds());
    }
    var worth = noted == null
        ? Worth.NONE
        : noted.worth() == null
            ? new Worth(noted.seconds(), clock.instant())
            : noted.worth();
    synchronized (queue) {
      queue.restore(blob, bytes, worth);
    }
  }

  /**
   * A blob was stored.
   *
   * @param seconds that fetching or making it took
   */
  public void stored(Digest blob, long bytes, double seconds) {
    secondsToHaveAgain.put(blob, seconds);
    writes.later(() -> worths.save(blob, seconds));
    notYetNoted.merge(blob, seconds, Double::sum);
    synchronized (queue) {
      queue.add(blob, bytes, seconds, clock.instant());
    }
    shrink();
  }

  /** A blob was served: that saved what it would have taken to have it again. */
  public void used(Digest blob) {
    var seconds = secondsToHaveAgain.getOrDefault(blob, 0.0);
    notYetNoted.merge(blob, seconds, Double::sum);
    synchronized (queue) {
      queue.hit(blob, seconds, clock.instant());
    }
  }

  /** When the blob was used last, if it is here; 1970 where it was not used since that was noted. */
  public Optional<Instant> lastUsed(Digest blob) {
    synchronized (queue) {
      return queue.find(blob).map(entry -> entry.worth().at());
    }
  }

  /**
   * A layer is kept as chunks from now on. It saves what the blob saved that it was made from.
   *
   * @param bytes that it takes
   */
  public void packed(Digest layer, long bytes, Digest from) {
    var seconds = secondsToHaveAgain.getOrDefault(from, 0.0);
    secondsToHaveAgain.put(layer, seconds);
    writes.later(() -> worths.save(layer, seconds));
    synchronized (queue) {
      queue.restore(layer, bytes, queue.find(from).map(EvictionQueue.Entry::worth).orElse(Worth.NONE));
    }
  }

  /** Removes a blob that is not needed any more. */
  public void remove(Digest blob) {
    Optional<EvictionQueue.Entry<Digest>> entry;
    synchronized (queue) {
      entry = queue.find(blob);
      queue.remove(blob);
    }
    entry.ifPresent(it -> evict(blob, it.bytes()));
  }

  /** Notes what was saved since the last time. */
  public void note() {
    var saved = new HashMap<Digest, Double>();
    for (var blob : List.copyOf(notYetNoted.keySet())) {
      var seconds = notYetNoted.remove(blob);
      if (seconds != null) {
        saved.put(blob, seconds);
      }
    }
    if (!saved.isEmpty()) {
      var at = clock.instant();
      writes.later(() -> worths.add(saved, at));
    }
  }

  @Override
  public void close() {
    note();
  }

  public long bytes() {
    synchronized (queue) {
      return queue.bytes();
    }
  }

  /** Whether more than so many percent of the room are taken. */
  public boolean isFullerThan(int percent) {
    return bytes() > capacityBytes / 100.0 * percent;
  }

  /** Makes room, if there is less than there should be. */
  public void shrink() {
    var leased = leases.leased();
    List<EvictionQueue.Entry<Digest>> leaving;
    synchronized (queue) {
      leaving = queue.shrinkTo(capacityBytes, blob -> leased.contains(blob) || catalog.isIndex(blob));
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
      synchronized (queue) {
        queue.add(blob, bytes, 0, clock.instant());
      }
    }
  }
}
