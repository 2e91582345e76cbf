package io.cts.delta.encode;

/** A number for each of some steps, all 0 at first: to stretches of them is added, and the most of a stretch is asked for. */
final class RangeMaximum {
  private final int leaves;
  /** Of the steps below a node, what is added to all below a node above it left out. */
  private final long[] most;
  /** To all steps below a node. */
  private final long[] added;

  RangeMaximum(int steps) {
    leaves = Integer.highestOneBit(Math.max(1, 2 * steps - 1));
    most = new long[2 * leaves];
    added = new long[2 * leaves];
  }

  /** Adds to the steps {@code from} to {@code to}, both included. */
  void add(int from, int to, long amount) {
    add(1, 0, leaves - 1, from, to, amount);
  }

  private void add(int node, int first, int last, int from, int to, long amount) {
    if (from > last || to < first) {
      return;
    }
    if (from <= first && last <= to) {
      most[node] += amount;
      added[node] += amount;
      return;
    }
    var middle = (first + last) / 2;
    add(2 * node, first, middle, from, to, amount);
    add(2 * node + 1, middle + 1, last, from, to, amount);
    most[node] = added[node] + Math.max(most[2 * node], most[2 * node + 1]);
  }

  /** The most of the steps {@code from} to {@code to}, both included. */
  long most(int from, int to) {
    return most(1, 0, leaves - 1, from, to);
  }

  private long most(int node, int first, int last, int from, int to) {
    if (from > last || to < first) {
      return Long.MIN_VALUE / 2;
    }
    if (from <= first && last <= to) {
      return most[node];
    }
    var middle = (first + last) / 2;
    return added[node]
        + Math.max(most(2 * node, first, middle, from, to), most(2 * node + 1, middle + 1, last, from, to));
  }
}
