package io.cts.delta.apply;

import io.cts.delta.MalformedDelta;
import io.cts.delta.format.DeltaHeader;
import io.cts.delta.format.DeltaHeader.Kept;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.PriorityQueue;
import java.util.TreeMap;

/** Keeps the stretches of the new layer that come again, from when they come first to their last use. */
final class KeptStretches {
  private record Stretch(Kept kept, byte[] bytes) {}

  private final Deque<Kept> toCome;
  private final TreeMap<Long, Stretch> held = new TreeMap<>();
  private final PriorityQueue<Kept> byLastUse = new PriorityQueue<>(Comparator.comparingLong(Kept::lastUse));
  private final int mostBytes;
  private int heldBytes;

  KeptStretches(DeltaHeader header) {
    this.toCome = new ArrayDeque<>(header.kept());
    this.mostBytes = header.needs().keptBytes();
  }

  /** These bytes of the new layer have come, right behind those before. */
  void came(long at, byte[] from, int offset, int length) {
    var end = at + length;
    while (!toCome.isEmpty() && toCome.getFirst().offset() < end) {
      var kept = toCome.removeFirst();
      heldBytes += kept.length();
      byLastUse.add(kept);
      held.put(kept.offset(), new Stretch(kept, new byte[kept.length()]));
    }
    for (var stretch : held.tailMap(held.isEmpty() ? at : firstReaching(at), true).values()) {
      var kept = stretch.kept();
      var start = Math.max(at, kept.offset());
      var stop = Math.min(end, kept.offset() + kept.length());
      if (start < stop) {
        System.arraycopy(from, offset + (int) (start - at), stretch.bytes(), (int) (start - kept.offset()),
            (int) (stop - start));
      }
    }
  }

  private long firstReaching(long at) {
    var before = held.floorKey(at);
    return before == null ? at : before;
  }

  /** Forgets what is not used from output offset {@code at} on. */
  void forgetBefore(long at) {
    while (!byLastUse.isEmpty() && byLastUse.peek().lastUse() <= at) {
      var over = byLastUse.remove();
      heldBytes -= over.length();
      held.remove(over.offset());
    }
  }

  /** @param deltaOffset for what is complained of */
  void copy(long from, byte[] into, int length, long deltaOffset) throws MalformedDelta {
    var found = held.floorEntry(from);
    if (found == null || from + length > found.getKey() + found.getValue().bytes().length) {
      throw new MalformedDelta(deltaOffset, "bytes at " + from + " of the new layer come again but were not kept");
    }
    System.arraycopy(found.getValue().bytes(), (int) (from - found.getKey()), into, 0, length);
  }

  boolean isTooMuch() {
    return heldBytes > mostBytes;
  }
}
