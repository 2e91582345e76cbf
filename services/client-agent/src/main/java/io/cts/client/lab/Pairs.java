package io.cts.client.lab;

import java.util.ArrayList;
import java.util.List;

/**
 * Two things measured in turns, so that what a machine does besides troubles both alike. What counts is the ratio within
 * each pair; their logarithms are taken to be normal.
 */
final class Pairs {
  /** Student's t, two-sided 95 %, by degrees of freedom from 1 on; beyond, that of the normal distribution. */
  private static final double[] T = {12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201,
      2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086};
  private static final double T_OF_MANY = 1.960;

  private final Samples ours = new Samples();
  private final Samples peers = new Samples();
  private final List<Double> logs = new ArrayList<>();

  /** Within which the ratio lies with 95 % confidence. */
  record Interval(double low, double high) {}

  void add(double our, double peer) {
    ours.add(our);
    peers.add(peer);
    logs.add(Math.log(our / peer));
  }

  double ours() {
    return ours.median();
  }

  double peers() {
    return peers.median();
  }

  /** The geometric mean of the pairs' ratios. */
  double ratio() {
    return Math.exp(mean());
  }

  private double mean() {
    return logs.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }

  /** Without bounds where there is one pair only. */
  Interval interval() {
    var freedom = logs.size() - 1;
    if (freedom == 0) {
      return new Interval(0, Double.POSITIVE_INFINITY);
    }
    var mean = mean();
    var variance = logs.stream().mapToDouble(log -> (log - mean) * (log - mean)).sum() / freedom;
    var half = (freedom <= T.length ? T[freedom - 1] : T_OF_MANY) * Math.sqrt(variance / logs.size());
    return new Interval(Math.exp(mean - half), Math.exp(mean + half));
  }
}
