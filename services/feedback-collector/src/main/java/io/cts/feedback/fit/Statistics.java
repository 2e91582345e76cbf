package io.cts.feedback.fit;

import java.util.stream.DoubleStream;

/** What the fit needs of statistics. */
final class Statistics {
  private Statistics() {}

  /** @throws IllegalArgumentException without a value */
  static double median(DoubleStream values) {
    var sorted = values.sorted().toArray();
    if (sorted.length == 0) {
      throw new IllegalArgumentException("nothing has no median");
    }
    var middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** The coefficient of variation: the sample's standard deviation over its mean; 0 for fewer than two values. */
  static double variation(DoubleStream values) {
    var all = values.toArray();
    if (all.length < 2) {
      return 0;
    }
    var mean = DoubleStream.of(all).sum() / all.length;
    var squares = DoubleStream.of(all).map(value -> (value - mean) * (value - mean)).sum();
    return Math.sqrt(squares / (all.length - 1)) / mean;
  }
}
