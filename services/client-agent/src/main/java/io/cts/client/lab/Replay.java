package io.cts.client.lab;

import io.cts.cost.eviction.EvictionPolicy;
import io.cts.cost.eviction.EvictionQueue;
import java.time.Duration;
import java.util.LinkedHashMap;

/** Plays a trace against a store of bounded size. What is not there is stored at once. */
interface Replay {

  /** Whether what {@code access} asks for was there. */
  boolean found(Access access);

  /**
   * What a store was worth.
   *
   * @param byRequests part of the requests that were hits
   * @param byBytes part of the requested bytes that were
   * @param secondsSaved by the hits, all clients together
   */
  record Outcome(double byRequests, double byBytes, double secondsSaved) {}

  static Outcome of(AccessTrace trace, Replay store) {
    var hits = 0L;
    var bytes = 0L;
    var seconds = 0.0;
    for (var access : trace.accesses()) {
      if (store.found(access)) {
        hits++;
        bytes += access.bytes();
        seconds += access.seconds();
      }
    }
    return new Outcome((double) hits / trace.accesses().size(), (double) bytes / trace.requestedBytes(), seconds);
  }

  /** Evicts what was not asked for the longest. */
  final class LeastRecentlyUsed implements Replay {
    private final LinkedHashMap<String, Long> oldestFirst = new LinkedHashMap<>(16, 0.75f, true);
    private final long capacityBytes;
    private long bytes;

    LeastRecentlyUsed(long capacityBytes) {
      this.capacityBytes = capacityBytes;
    }

    @Override
    public boolean found(Access access) {
      if (oldestFirst.get(access.key()) != null) {
        return true;
      }
      if (access.bytes() > capacityBytes) {
        return false; // it would empty the store and not fit even then
      }
      oldestFirst.put(access.key(), access.bytes());
      bytes += access.bytes();
      var oldest = oldestFirst.entrySet().iterator();
      while (bytes > capacityBytes) {
        bytes -= oldest.next().getValue();
        oldest.remove();
      }
      return false;
    }
  }

  /** Evicts as CTS does: the least seconds saved per byte. */
  final class LeastWorth implements Replay {
    private static final int REMEMBERED = 100_000;
    private final EvictionQueue<String> queue;
    private final long capacityBytes;

    LeastWorth(long capacityBytes, Duration halfLife) {
      this.capacityBytes = capacityBytes;
      this.queue = new EvictionQueue<>(EvictionPolicy.withHalfLife(halfLife), REMEMBERED);
    }

    @Override
    public boolean found(Access access) {
      if (queue.hit(access.key(), access.seconds(), access.at())) {
        return true;
      }
      queue.add(access.key(), access.bytes(), access.seconds(), access.at());
      queue.shrinkTo(capacityBytes, _ -> false);
      return false;
    }
  }
}
