package io.cts.delta.encode;

import java.util.Arrays;

/**
 * The suffixes of some bytes in their order, to find the longest match of anything (Nong, Zhang, Chan, "Two efficient
 * algorithms for linear time suffix array construction", IEEE Transactions on Computers 60(10), 2011: by induced
 * sorting). Takes four bytes a byte, and about eight while it is made.
 */
final class SuffixArray {
  /** So long a match is long enough: nothing is gained by looking for more. */
  private static final int LONGEST_MATCH = 64 << 10;
  private static final Match NONE = new Match(0, 0);

  private final byte[] text;
  private final int[] suffixes;

  /** Bytes that are the same in the text, {@code at} that. */
  record Match(int at, int bytes) {}

  /** @param text is kept, and is not to change */
  SuffixArray(byte[] text) {
    this.text = text;
    this.suffixes = sorted(new Symbols(text, new int[0], text.length, 1 << Byte.SIZE));
  }

  /** The places of the suffixes in their order. */
  int[] suffixes() {
    return suffixes;
  }

  /** The longest match of what begins at {@code from} of {@code bytes}, within reason. */
  Match longest(byte[] bytes, int from) {
    var wanted = Math.min(bytes.length - from, LONGEST_MATCH);
    var low = 0;
    var high = suffixes.length - 1;
    var best = NONE;
    while (low <= high) {
      var middle = (low + high) >>> 1;
      var at = suffixes[middle];
      var most = Math.min(text.length - at, wanted);
      var mismatch = Arrays.mismatch(text, at, at + most, bytes, from, from + most);
      var length = mismatch < 0 ? most : mismatch;
      if (length > best.bytes) {
        best = new Match(at, length);
      }
      if (length == wanted) {
        return best;
      }
      if (length == text.length - at || (text[at + length] & 0xff) < (bytes[from + length] & 0xff)) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return best;
  }

  /** A text of bytes, or of names for parts of a longer one; the other is empty. */
  private record Symbols(byte[] bytes, int[] names, int length, int kinds) {
    int at(int index) {
      return bytes.length > 0 ? bytes[index] & 0xff : names[index];
    }
  }

  /** Sorts by the leftmost places of rising stretches, which are sorted by naming them, if need be again and again. */
  private static int[] sorted(Symbols text) {
    var n = text.length;
    var suffixes = new int[n];
    if (n < 2) {
      return suffixes;
    }
    var rising = new Rising(text);
    var buckets = new Buckets(text);
    Arrays.fill(suffixes, -1);
    buckets.toEnds();
    for (var i = n - 1; i > 0; i--) {
      if (rising.isLeftmost(i)) {
        suffixes[buckets.last(text.at(i))] = i;
      }
    }
    induce(text, rising, buckets, suffixes);
    var leftmost = order(text, rising, suffixes);
    Arrays.fill(suffixes, -1);
    buckets.toEnds();
    for (var i = leftmost.length - 1; i >= 0; i--) {
      suffixes[buckets.last(text.at(leftmost[i]))] = leftmost[i];
    }
    induce(text, rising, buckets, suffixes);
    return suffixes;
  }

  /** The leftmost places in the order of their suffixes. {@code suffixes} has them by their stretches, and is used up. */
  private static int[] order(Symbols text, Rising rising, int[] suffixes) {
    var n = text.length;
    var count = 0;
    for (var i = 0; i < n; i++) {
      if (rising.isLeftmost(suffixes[i])) {
        suffixes[count++] = suffixes[i];
      }
    }
    // leftmost places are two apart at least, so that half a place tells them apart; that fits behind them
    Arrays.fill(suffixes, count, n, -1);
    var kinds = 0;
    for (var i = 0; i < count; i++) {
      if (i == 0 || !rising.isSameStretch(suffixes[i - 1], suffixes[i])) {
        kinds++;
      }
      suffixes[count + suffixes[i] / 2] = kinds - 1;
    }
    var names = new int[count];
    for (int i = count, named = 0; named < count; i++) {
      if (suffixes[i] >= 0) {
        names[named++] = suffixes[i];
      }
    }
    var order = kinds < count ? sorted(new Symbols(new byte[0], names, count, kinds)) : inverse(names);
    for (int i = 1, found = 0; found < count; i++) {
      if (rising.isLeftmost(i)) {
        names[found++] = i;
      }
    }
    for (var i = 0; i < count; i++) {
      order[i] = names[order[i]];
    }
    return order;
  }

  private static int[] inverse(int[] places) {
    var inverse = new int[places.length];
    for (var i = 0; i < places.length; i++) {
      inverse[places[i]] = i;
    }
    return inverse;
  }

  /** From sorted leftmost places: first all falling suffixes, then all rising ones. */
  private static void induce(Symbols text, Rising rising, Buckets buckets, int[] suffixes) {
    var n = text.length;
    buckets.toStarts();
    suffixes[buckets.first(text.at(n - 1))] = n - 1;
    for (var i = 0; i < n; i++) {
      var before = suffixes[i] - 1;
      if (before >= 0 && !rising.at(before)) {
        suffixes[buckets.first(text.at(before))] = before;
      }
    }
    buckets.toEnds();
    for (var i = n - 1; i >= 0; i--) {
      var before = suffixes[i] - 1;
      if (before >= 0 && rising.at(before)) {
        suffixes[buckets.last(text.at(before))] = before;
      }
    }
  }

  /** Which suffixes are less than the one that begins a symbol later; the last one is not. */
  private static final class Rising {
    private final Symbols text;
    private final long[] bits;

    Rising(Symbols text) {
      this.text = text;
      this.bits = new long[(text.length >>> 6) + 1];
      for (var i = text.length - 2; i >= 0; i--) {
        var difference = text.at(i) - text.at(i + 1);
        if (difference < 0 || difference == 0 && at(i + 1)) {
          bits[i >>> 6] |= 1L << i;
        }
      }
    }

    boolean at(int index) {
      return (bits[index >>> 6] >>> index & 1) != 0;
    }

    boolean isLeftmost(int index) {
      return index > 0 && at(index) && !at(index - 1);
    }

    /** Whether the stretches from two leftmost places to the next one are the same. */
    boolean isSameStretch(int one, int other) {
      for (var i = 0;; i++) {
        if (one + i == text.length || other + i == text.length || text.at(one + i) != text.at(other + i)
            || at(one + i) != at(other + i)) {
          return false;
        }
        if (i > 0 && isLeftmost(one + i)) {
          return isLeftmost(other + i);
        }
      }
    }
  }

  /** Where the suffixes that begin with a symbol go, from the first place on or from the last one. */
  private static final class Buckets {
    private final int[] counts;
    private final int[] places;

    Buckets(Symbols text) {
      counts = new int[text.kinds];
      places = new int[text.kinds];
      for (var i = 0; i < text.length; i++) {
        counts[text.at(i)]++;
      }
    }

    void toStarts() {
      for (int symbol = 0, start = 0; symbol < counts.length; symbol++) {
        places[symbol] = start;
        start += counts[symbol];
      }
    }

    void toEnds() {
      for (int symbol = 0, end = 0; symbol < counts.length; symbol++) {
        end += counts[symbol];
        places[symbol] = end;
      }
    }

    int first(int symbol) {
      return places[symbol]++;
    }

    int last(int symbol) {
      return --places[symbol];
    }
  }
}
