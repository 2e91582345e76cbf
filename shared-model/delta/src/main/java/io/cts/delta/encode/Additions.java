package io.cts.delta.encode;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds what new content has in common with old content but for a byte here and there, as programs have that were built
 * again: code moves, and the addresses in it change (Percival, "Naive differences of executable code", 2003). New content
 * is gone through at the distance to the old where the longest match was, for as long as no better distance is found.
 */
final class Additions {
  /** A shorter match says nothing about where its neighbours come from. */
  private static final int SHORTEST_MATCH = 16;
  /** Another distance has to explain so many bytes more. */
  private static final int BETTER_BY = 8;
  /** At the same distance are at least half of so many bytes. */
  private static final int LOOK_AHEAD = 32;
  /** A shorter stretch is sent: telling of it costs as much. */
  private static final int SHORTEST_STRETCH = 24;

  private final byte[] old;
  private final byte[] young;
  private final SuffixArray suffixes;
  private final List<Stretch> stretches = new ArrayList<>();

  /** A stretch of the new content and the distance from there to the old. */
  private record Stretch(int from, int end, int distance) {}

  private Additions(byte[] old, byte[] young) {
    this.old = old;
    this.young = young;
    this.suffixes = new SuffixArray(old);
  }

  /** Stretches of {@code young} that are nearly in {@code old}, in their order; none overlap. */
  static List<Piece.Addition> of(byte[] old, byte[] young) {
    var additions = new Additions(old, young);
    additions.find();
    return additions.settled();
  }

  private void find() {
    for (var at = 0; at < young.length;) {
      var match = suffixes.longest(young, at);
      if (match.bytes() < SHORTEST_MATCH) {
        at++;
      } else {
        var stretch = followed(at, at + match.bytes(), match.at() - at);
        stretches.add(stretch);
        at = stretch.end();
      }
    }
  }

  /** The stretch from {@code from} on, as long as no other distance is better; what ends it is left to its successor. */
  private Stretch followed(int from, int matched, int distance) {
    var end = matched;
    while (end < young.length) {
      if (isSame(end, distance)) {
        end++;
        continue;
      }
      var match = suffixes.longest(young, end);
      if (match.bytes() > same(end, match.bytes(), distance) + BETTER_BY && match.bytes() >= SHORTEST_MATCH) {
        break;
      }
      var ahead = Math.min(LOOK_AHEAD, young.length - end);
      if (2 * same(end, ahead, distance) < ahead) {
        break;
      }
      end++;
    }
    return new Stretch(from, end, distance);
  }

  private boolean isSame(int at, int distance) {
    var there = at + distance;
    return there >= 0 && there < old.length && old[there] == young[at];
  }

  private int same(int from, int length, int distance) {
    var count = 0;
    for (var i = from; i < from + length; i++) {
      if (isSame(i, distance)) {
        count++;
      }
    }
    return count;
  }

  /** With what lies between stretches given to the one before or after it where most of it is the same there. */
  private List<Piece.Addition> settled() {
    var settled = new ArrayList<Piece.Addition>();
    @Nullable
    Stretch before = null;
    var from = 0;
    for (var stretch : stretches) {
      var gapFrom = before == null ? 0 : before.end();
      var prolonged = before == null ? 0 : forwards(before, stretch.from());
      var begun = backwards(stretch, gapFrom);
      if (gapFrom + prolonged > stretch.from() - begun) {
        var border = border(before, stretch, stretch.from() - begun, gapFrom + prolonged);
        prolonged = border - gapFrom;
        begun = stretch.from() - border;
      }
      if (before != null) {
        add(settled, from, gapFrom + prolonged, before.distance());
      }
      from = stretch.from() - begun;
      before = stretch;
    }
    if (before != null) {
      add(settled, from, before.end() + forwards(before, young.length), before.distance());
    }
    return settled;
  }

  private static void add(List<Piece.Addition> settled, int from, int end, int distance) {
    if (end - from >= SHORTEST_STRETCH) {
      settled.add(new Piece.Addition(from, from + distance, end - from));
    }
  }

  /** How many bytes behind the stretch, up to {@code end}, are best added to it. */
  private int forwards(Stretch stretch, int end) {
    var best = 0;
    var score = 0;
    var bestScore = 0;
    for (var i = stretch.end(); i < end && i + stretch.distance() < old.length; i++) {
      score += isSame(i, stretch.distance()) ? 1 : -1;
      if (score > bestScore) {
        bestScore = score;
        best = i + 1 - stretch.end();
      }
    }
    return best;
  }

  /** How many bytes before the stretch, down to {@code from}, are best added to it. */
  private int backwards(Stretch stretch, int from) {
    var best = 0;
    var score = 0;
    var bestScore = 0;
    for (var i = stretch.from() - 1; i >= from && i + stretch.distance() >= 0; i--) {
      score += isSame(i, stretch.distance()) ? 1 : -1;
      if (score > bestScore) {
        bestScore = score;
        best = stretch.from() - i;
      }
    }
    return best;
  }

  /** Where in between, if all up to there goes to the one and the rest to the other, most bytes are the same. */
  private int border(@Nullable Stretch one, Stretch other, int from, int end) {
    var best = from;
    var score = 0;
    var bestScore = 0;
    for (var i = from; one != null && i < end; i++) {
      score += (isSame(i, one.distance()) ? 1 : 0) - (isSame(i, other.distance()) ? 1 : 0);
      if (score > bestScore) {
        bestScore = score;
        best = i + 1;
      }
    }
    return best;
  }
}
