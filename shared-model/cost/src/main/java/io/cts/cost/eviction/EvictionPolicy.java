package io.cts.cost.eviction;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * Which stored things to let go of when space is short: those that save the fewest seconds per byte, as their hits
 * foretell. Immutable.
 *
 * <p>It is GreedyDual-Size-Frequency (Cherkasova, HPL-98-69) with seconds saved as the cost. A thing's <em>standing</em>
 * is {@code clock + (seconds saved lately per megabyte)^damping}, computed when it is stored and at each hit, and never
 * changed by time alone: it may lie in a sorted index or a database column. The clock is the highest standing that was
 * ever evicted, so that what is used now stands above what was used long ago, however often. {@link EvictionQueue} keeps
 * all this in memory; a store that keeps its index elsewhere asks {@link #victims} and remembers {@link Victims#clock}.
 *
 * @param halfLife after which a hit counts half
 * @param damping exponent of what was saved, 0 (only recency counts) to 1; below 1 because past hits foretell the next
 *     ones only roughly (the exponent of GreedyDual*, Jin and Bestavros 2001)
 * @param overheadBytes that a stored thing takes beside its content; keeps an empty blob from being priceless
 */
public record EvictionPolicy(Duration halfLife, double damping, long overheadBytes) {
  /** A file's block and its row in the index. */
  private static final long USUAL_OVERHEAD_BYTES = 8192;
  /** Within 1 % of the best of ½, ¾ and 1 in seconds saved, and ahead of 1 in hits ({@code cts lab eviction}). */
  private static final double USUAL_DAMPING = 0.75;

  public EvictionPolicy {
    if (halfLife.isNegative() || halfLife.isZero()) {
      throw new IllegalArgumentException("a half-life must be positive, not " + halfLife);
    }
    if (!(damping >= 0 && damping <= 1)) {
      throw new IllegalArgumentException("damping lies between 0 and 1, not " + damping);
    }
    if (overheadBytes < 1) {
      throw new IllegalArgumentException("overhead must be at least one byte, not " + overheadBytes);
    }
  }

  /** The usual policy; between a quarter of a day and four days the half-life hardly matters. */
  public static EvictionPolicy withHalfLife(Duration halfLife) {
    return new EvictionPolicy(halfLife, USUAL_DAMPING, USUAL_OVERHEAD_BYTES);
  }

  /**
   * The worth of something after it was used, or is stored because somebody waits for it.
   *
   * @param before {@link Worth#NONE} for what is new; what is known of it from earlier otherwise
   * @param seconds that it saves: those to fetch or make it again, or that it spares a client against the next best
   */
  public Worth hit(Worth before, double seconds, Instant now) {
    return before.plus(seconds, now, halfLife);
  }

  /** Seconds that something is expected to save during the {@code horizon} that follows {@code now}. */
  public double expectedSeconds(Worth worth, Instant now, Duration horizon) {
    return worth.secondsAt(now, halfLife) * Math.log(2) * Worth.seconds(horizon) / Worth.seconds(halfLife);
  }

  /**
   * Where something stands that was just stored or used: the least leaves first.
   *
   * @param clock the highest standing evicted so far; 0 at first
   */
  public double standing(Worth worth, long bytes, Instant now, double clock) {
    var megabytes = ((double) bytes + overheadBytes) / 1e6;
    return clock + Math.pow(worth.secondsAt(now, halfLife) / megabytes, damping);
  }

  /**
   * The things that stand lowest and together take at least {@code bytesToFree}; pinned ones are passed over. Reads
   * {@code all} once and remembers the victims alone: time n·log k for k victims among n.
   *
   * @param clock the highest standing evicted before
   */
  public Victims victims(Iterable<Stored> all, long bytesToFree, double clock) {
    var leastFirst = Comparator.comparingDouble(Stored::standing).thenComparing(Stored::digest);
    var chosen = new PriorityQueue<Stored>(leastFirst.reversed());
    var bytes = 0L;
    for (var stored : all) {
      var highest = chosen.peek();
      var enough = bytes >= bytesToFree && (highest == null || leastFirst.compare(stored, highest) >= 0);
      if (stored.pinned() || enough) {
        continue;
      }
      chosen.add(stored);
      bytes += stored.bytes();
      for (highest = chosen.peek(); highest != null && bytes - highest.bytes() >= bytesToFree; highest = chosen
          .peek()) {
        chosen.remove();
        bytes -= highest.bytes();
      }
    }
    var victims = new ArrayList<>(chosen);
    victims.sort(leastFirst);
    var newClock = victims.isEmpty() ? clock : Math.max(clock, victims.getLast().standing());
    return new Victims(victims, bytes, Math.max(0, bytesToFree - bytes), newClock);
  }
}
