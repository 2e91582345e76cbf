package io.cts.cost.eviction;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Stored things in the order in which they are to leave, for a store that keeps its index in memory. What left is
 * remembered for a while, so that something wanted again and again is not new each time. Every operation takes time
 * logarithmic in the number of things; not safe for use by several threads.
 *
 * @param <K> names a stored thing
 */
public final class EvictionQueue<K extends Comparable<K>> {

  /** A thing in the queue. */
  public record Entry<K extends Comparable<K>>(K key, long bytes, Worth worth, double standing)
      implements
        Comparable<Entry<K>> {
    @Override
    public int compareTo(Entry<K> other) {
      var byStanding = Double.compare(standing, other.standing);
      return byStanding != 0 ? byStanding : key.compareTo(other.key);
    }
  }

  private final EvictionPolicy policy;
  private final int mostRemembered;
  private final Map<K, Entry<K>> byKey = new HashMap<>();
  private final TreeSet<Entry<K>> lowestFirst = new TreeSet<>();
  private final LinkedHashMap<K, Worth> gone = new LinkedHashMap<>();
  private double clock;
  private long bytes;

  /**
   * @param mostRemembered how many things that left are remembered; about 200 bytes of heap each
   */
  public EvictionQueue(EvictionPolicy policy, int mostRemembered) {
    this.policy = policy;
    this.mostRemembered = mostRemembered;
  }

  /**
   * Adds a thing that was just stored.
   *
   * @param seconds that it is expected to save soon: those of one hit, times the pulls expected
   */
  public void add(K key, long bytes, double seconds, Instant now) {
    var known = byKey.get(key);
    var before = known != null ? known.worth() : Optional.ofNullable(gone.remove(key)).orElse(Worth.NONE);
    enter(key, bytes, policy.hit(before, seconds, now), now);
  }

  /** Adds a thing as it was noted before a restart. */
  public void restore(K key, long bytes, Worth worth) {
    enter(key, bytes, worth, worth.at());
  }

  /** Says that {@code key} was used at {@code now} and saved {@code seconds}; false where it is not in the queue. */
  public boolean hit(K key, double seconds, Instant now) {
    var entry = byKey.get(key);
    if (entry == null) {
      return false;
    }
    enter(key, entry.bytes(), policy.hit(entry.worth(), seconds, now), now);
    return true;
  }

  private void enter(K key, long bytes, Worth worth, Instant now) {
    remove(key);
    var entry = new Entry<>(key, bytes, worth, policy.standing(worth, bytes, now, clock));
    byKey.put(key, entry);
    lowestFirst.add(entry);
    this.bytes += bytes;
  }

  public Optional<Entry<K>> find(K key) {
    return Optional.ofNullable(byKey.get(key));
  }

  /** Takes out a thing that is there no more for another reason than space. */
  public boolean remove(K key) {
    var entry = byKey.remove(key);
    if (entry == null) {
      return false;
    }
    lowestFirst.remove(entry);
    bytes -= entry.bytes();
    return true;
  }

  /**
   * Takes out what stands lowest until all the rest fits in {@code capacityBytes}; what is {@code pinned} stays, so that
   * the rest may still be larger.
   *
   * @return what was taken out, the lowest first
   */
  public List<Entry<K>> shrinkTo(long capacityBytes, Predicate<K> pinned) {
    var evicted = new ArrayList<Entry<K>>();
    var candidates = lowestFirst.iterator();
    while (bytes > capacityBytes && candidates.hasNext()) {
      var entry = candidates.next();
      if (!pinned.test(entry.key())) {
        candidates.remove();
        byKey.remove(entry.key());
        bytes -= entry.bytes();
        clock = Math.max(clock, entry.standing());
        evicted.add(entry);
        remember(entry);
      }
    }
    return evicted;
  }

  private void remember(Entry<K> entry) {
    gone.putLast(entry.key(), entry.worth());
    if (gone.size() > mostRemembered) {
      gone.pollFirstEntry();
    }
  }

  /** All that is in the queue; a copy. */
  public Set<K> keys() {
    return Set.copyOf(byKey.keySet());
  }

  /** Bytes of all that is in the queue. */
  public long bytes() {
    return bytes;
  }

  public int size() {
    return byKey.size();
  }
}
