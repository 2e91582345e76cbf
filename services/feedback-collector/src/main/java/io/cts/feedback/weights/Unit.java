package io.cts.feedback.weights;

import io.cts.cost.CostConstants;

/** Units of the analytic model's constants, for people. */
final class Unit {
  private Unit() {}

  static String of(String constant) {
    return switch (constant) {
      case CostConstants.LINK_EFFICIENCY -> "bytes of body per byte of a nominal link";
      case CostConstants.LINK_WINDOW_MB -> "MB under way per stream";
      case CostConstants.LINK_SETUP_ROUND_TRIPS -> "round trips";
      case CostConstants.PRIOR_BANDWIDTH_LOW_MBPS, CostConstants.PRIOR_BANDWIDTH_HIGH_MBPS -> "Mbit/s";
      case CostConstants.PRIOR_RTT_LOW_MS, CostConstants.PRIOR_RTT_HIGH_MS -> "ms";
      case CostConstants.SERVER_INFLATE_MBPS -> "MB/s";
      case CostConstants.WORK_WEIGHT -> "seconds of a node per second of a core of CTS";
      case CostConstants.PLAN_LEAST_GAIN -> "part of the original's time";
      case String engines when engines.endsWith("." + CostConstants.STREAMS) -> "layers at once";
      case String engines when engines.endsWith("_mbps") -> "MB/s";
      default -> "unknown";
    };
  }
}
