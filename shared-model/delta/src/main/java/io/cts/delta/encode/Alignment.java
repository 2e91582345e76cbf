package io.cts.delta.encode;

import io.cts.delta.LayerBytes;
import io.cts.delta.tar.ContentId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Cuts content that is too large for one prefix into pieces, each beside the region of a base that it resembles: chunks
 * that both have tell where that is.
 */
final class Alignment {
  /** Chunks that follow each other in both are copied from this many bytes on. */
  private static final long SHORTEST_COPY = 64 << 10;
  private static final int PIECE_BYTES = 4 << 20;
  /** Where those before and after a piece differ more, only the one before is gone by. */
  private static final long MOST_DRIFT = 4 << 20;
  /** What a region reaches beyond its piece on each side. */
  private static final long SLACK = 1 << 20;

  /** Chunks at {@code at} of the new layer are those at {@code as} of a base. */
  private record Run(long at, Region as) {
    long end() {
      return at + as.bytes();
    }

    long drift() {
      return as.from() - at;
    }
  }

  private final PieceList pieces;
  private final List<Region> kin;
  private final List<Run> runs = new ArrayList<>();
  private int passed;
  private final long start;
  private final long bytes;

  /** Reads the next {@code bytes} of the new layer behind {@code pieces}, and all of {@code kin}. */
  Alignment(LayerBytes layer, List<LayerBytes> bases, PieceList pieces, long bytes, List<Region> kin)
      throws IOException {
    this.pieces = pieces;
    this.kin = kin;
    this.start = pieces.end();
    this.bytes = bytes;
    Map<ContentId, Region> known = new HashMap<>();
    for (var region : kin) {
      ChunkPlaces.of(bases.get(region.base()), region.from(), region.bytes(),
          (content, at, length) -> known.putIfAbsent(content, new Region(region.base(), at, length)));
    }
    ChunkPlaces.of(layer, start, bytes, (content, at, _) -> {
      var found = known.get(content);
      if (found != null) {
        addRun(at, found);
      }
    });
  }

  private void addRun(long at, Region found) {
    if (!runs.isEmpty() && runs.getLast().end() == at && runs.getLast().as().isFollowedBy(found)) {
      var run = runs.removeLast();
      runs.add(new Run(run.at(), new Region(found.base(), run.as().from(), run.as().bytes() + found.bytes())));
    } else {
      runs.add(new Run(at, found));
    }
  }

  void addPieces() {
    @Nullable
    Run before = null;
    for (var run : runs) {
      if (run.as().bytes() >= SHORTEST_COPY) {
        fresh(run.at() - pieces.end(), before, run);
        pieces.same(run.as());
        before = run;
      }
    }
    fresh(start + bytes - pieces.end(), before, null);
  }

  private void fresh(long length, @Nullable Run before, @Nullable Run after) {
    for (var left = length; left > 0;) {
      var count = Math.min(left, PIECE_BYTES);
      pieces.fresh(count, beside(pieces.end(), count, before, after));
      left -= count;
    }
  }

  /** The region beside which the piece lies: as the chunks in it say, or else those around it, or else by proportion. */
  private @Nullable Region beside(long at, long count, @Nullable Run before, @Nullable Run after) {
    while (passed < runs.size() && runs.get(passed).end() <= at) {
      passed++; // pieces are asked for in their order
    }
    var inside = new ArrayList<Run>();
    for (var i = passed; i < runs.size() && runs.get(i).at() < at + count; i++) {
      inside.add(runs.get(i));
    }
    if (!inside.isEmpty()) {
      var middle = inside.stream().sorted(Comparator.comparingLong(Run::drift)).toList().get(inside.size() / 2);
      return around(middle, at, count, middle.drift(), middle.drift());
    }
    if (before != null && after != null && before.as().base() == after.as().base()) {
      var low = Math.min(before.drift(), after.drift());
      var high = Math.max(before.drift(), after.drift());
      return high - low > MOST_DRIFT
          ? around(before, at, count, before.drift(), before.drift())
          : around(before, at, count, low, high);
    }
    var near = before != null ? before : after;
    return near != null ? around(near, at, count, near.drift(), near.drift()) : inProportion(at, count);
  }

  private @Nullable Region inProportion(long at, long count) {
    if (kin.size() != 1) {
      return null;
    }
    var whole = kin.getFirst();
    var from = whole.from() + (long) ((double) (at - start) / bytes * whole.bytes());
    return clamped(whole, from - SLACK, from + count + SLACK);
  }

  private @Nullable Region around(Run run, long at, long count, long lowDrift, long highDrift) {
    for (var region : kin) {
      if (region.base() == run.as().base() && region.from() <= run.as().from() && run.as().end() <= region.end()) {
        return clamped(region, at + lowDrift - SLACK, at + count + highDrift + SLACK);
      }
    }
    return null;
  }

  private static @Nullable Region clamped(Region whole, long from, long to) {
    var start = Math.clamp(from, whole.from(), whole.end());
    var end = Math.clamp(to, whole.from(), whole.end());
    return end > start ? new Region(whole.base(), start, end - start) : null;
  }
}
