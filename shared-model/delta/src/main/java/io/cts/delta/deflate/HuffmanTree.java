package io.cts.delta.deflate;

import java.io.IOException;
import java.util.Arrays;

/**
 * The code of one alphabet in one block. Among all optimal codes it is the one that gzip and zlib find: equal frequencies
 * are told apart by the depth of what is below them, and codes that became too long are shortened in their way.
 */
final class HuffmanTree {
  private static final int LONGEST = 15;

  private final int elements;
  private final int[] extraBits;
  private final int extraFrom;
  private final int mostBits;
  private final int[] frequency;
  final int[] length;
  private final int[] code;
  private final int[] parent;
  private final int[] depth;
  private final int[] heap;
  private int heapSize;
  private int sortedFrom;
  private int highest;

  /** @param extraFrom the first element that extra bits follow */
  HuffmanTree(int elements, int[] extraBits, int extraFrom, int mostBits) {
    this.elements = elements;
    this.extraBits = extraBits;
    this.extraFrom = extraFrom;
    this.mostBits = mostBits;
    var nodes = 2 * elements + 1;
    this.frequency = new int[nodes];
    this.length = new int[nodes];
    this.code = new int[elements];
    this.parent = new int[nodes];
    this.depth = new int[nodes];
    this.heap = new int[nodes];
  }

  void clear() {
    Arrays.fill(frequency, 0, elements, 0);
  }

  void count(int element) {
    frequency[element]++;
  }

  void count(int element, int times) {
    frequency[element] += times;
  }

  int frequency(int element) {
    return frequency[element];
  }

  /** The highest element that has a code. */
  int highest() {
    return highest;
  }

  /** Bits of all elements that were counted, in the code whose lengths are given, without extra bits' own. */
  long bits(int[] lengths) {
    var bits = 0L;
    for (var i = 0; i <= highest; i++) {
      bits += (long) frequency[i] * (lengths[i] + (i >= extraFrom ? extraBits[i - extraFrom] : 0));
    }
    return bits;
  }

  void write(BitOutput out, int element) throws IOException {
    out.bits(code[element], length[element]);
  }

  /** Makes the code from what was counted. */
  void build() {
    heapSize = 0;
    sortedFrom = heap.length;
    highest = -1;
    for (var i = 0; i < elements; i++) {
      length[i] = 0;
      if (frequency[i] != 0) {
        push(i);
        highest = i;
      }
    }
    // two codes at least, so that each has a bit
    var forced = new int[2];
    var forcedCount = 0;
    while (heapSize < 2) {
      var element = highest < 2 ? ++highest : 0;
      push(element);
      frequency[element] = 1;
      forced[forcedCount++] = element;
    }
    for (var i = heapSize / 2; i >= 1; i--) {
      sink(i);
    }
    join();
    lengths();
    codes(length, highest, code);
    for (var i = 0; i < forcedCount; i++) {
      frequency[forced[i]] = 0; // they are not in the block
    }
  }

  private void push(int element) {
    heap[++heapSize] = element;
    depth[element] = 0;
  }

  private void join() {
    var node = elements;
    while (heapSize >= 2) {
      var least = heap[1];
      heap[1] = heap[heapSize--];
      sink(1);
      var next = heap[1];
      heap[--sortedFrom] = least;
      heap[--sortedFrom] = next;
      frequency[node] = frequency[least] + frequency[next];
      depth[node] = Math.max(depth[least], depth[next]) + 1;
      parent[least] = node;
      parent[next] = node;
      heap[1] = node++;
      sink(1);
    }
    heap[--sortedFrom] = heap[1];
  }

  private void sink(int from) {
    var at = from;
    var sinking = heap[at];
    for (var child = 2 * at; child <= heapSize; child *= 2) {
      if (child < heapSize && isLess(heap[child + 1], heap[child])) {
        child++;
      }
      if (isLess(sinking, heap[child])) {
        break;
      }
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = sinking;
  }

  private boolean isLess(int one, int other) {
    return frequency[one] < frequency[other]
        || frequency[one] == frequency[other] && depth[one] <= depth[other];
  }

  private void lengths() {
    var counts = new int[LONGEST + 1];
    var tooLong = 0;
    length[heap[sortedFrom]] = 0;
    for (var i = sortedFrom + 1; i < heap.length; i++) {
      var node = heap[i];
      var bits = length[parent[node]] + 1;
      if (bits > mostBits) {
        bits = mostBits;
        tooLong++;
      }
      length[node] = bits;
      if (node < elements) {
        counts[bits]++;
      }
    }
    if (tooLong > 0) {
      shorten(counts, tooLong);
    }
  }

  private void shorten(int[] counts, int tooLong) {
    for (var left = tooLong; left > 0; left -= 2) {
      var bits = mostBits - 1;
      while (counts[bits] == 0) {
        bits--;
      }
      counts[bits]--; // a leaf moves down
      counts[bits + 1] += 2; // beside one that was too long
      counts[mostBits]--;
    }
    var from = heap.length;
    for (var bits = mostBits; bits != 0; bits--) {
      for (var left = counts[bits]; left > 0;) {
        var node = heap[--from];
        if (node < elements) {
          length[node] = bits;
          left--;
        }
      }
    }
  }

  /** Codes of the given lengths (RFC 1951, section 3.2.2), their bits reversed as they are sent. */
  static void codes(int[] lengths, int highest, int[] codes) {
    var counts = new int[LONGEST + 1];
    for (var i = 0; i <= highest; i++) {
      counts[lengths[i]]++;
    }
    counts[0] = 0;
    var next = new int[LONGEST + 1];
    for (var bits = 1; bits <= LONGEST; bits++) {
      next[bits] = next[bits - 1] + counts[bits - 1] << 1;
    }
    for (var i = 0; i <= highest; i++) {
      if (lengths[i] != 0) {
        codes[i] = Integer.reverse(next[lengths[i]]++) >>> 32 - lengths[i];
      }
    }
  }
}
