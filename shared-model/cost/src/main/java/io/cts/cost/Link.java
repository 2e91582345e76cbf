package io.cts.cost;

import io.cts.contract.NodeProfile;

/**
 * A link as it may be: one point of the range that is known of it.
 *
 * @param megabytesPerSecond of body, all streams together
 * @param setupSeconds before a stream runs at its rate
 */
record Link(double megabytesPerSecond, double setupSeconds) {
  private static final double BITS_PER_BYTE = 8;

  /**
   * The range of a link.
   *
   * @param points the likeliest first; then, unless it is known for certain, the slowest and the fastest that it may be
   * @param bandwidthMeasured whether anybody ever measured or stated the bandwidth, be it with little confidence
   * @param lowMbps the slowest that it may be, for people
   * @param highMbps the fastest that it may be, for people
   */
  record Range(Link[] points, boolean bandwidthMeasured, double lowMbps, double highMbps) {
    boolean certain() {
      return points.length == 1;
    }
  }

  /**
   * The range around what {@code context} tells. A bandwidth is spread by the width of the prior to the power of the
   * missing confidence, so that it goes over into the prior as confidence goes to 0. An unknown round-trip time of a known
   * bandwidth neither limits nor delays: what was measured as bandwidth holds it already.
   *
   * @param streams that fetch at once, on average
   */
  static Range range(CostConstants constants, PullContext context, double streams) {
    var profile = context.profile();
    var bandwidth = profile == null ? null : profile.bandwidthMbps();
    var rtt = profile == null ? null : profile.rttMillis();
    if (profile == null || bandwidth == null) {
      var low = constants.priorBandwidthLowMbps;
      var high = constants.priorBandwidthHighMbps;
      var slow = rtt == null ? constants.priorRttHighMillis : rtt;
      var fast = rtt == null ? constants.priorRttLowMillis : rtt;
      return new Range(
          new Link[]{of(constants, Math.sqrt(low * high), Math.sqrt(slow * fast), streams),
              of(constants, low, slow, streams), of(constants, high, fast, streams)},
          false, low, high);
    }
    var body = profile.source() == NodeProfile.Source.STATED ? bandwidth * constants.linkEfficiency : bandwidth;
    var roundTrip = rtt == null ? 0 : rtt;
    var spread = Math.pow(constants.priorBandwidthHighMbps / constants.priorBandwidthLowMbps,
        (1 - profile.confidence()) / 2);
    var low = body / spread;
    var high = body * spread;
    if (profile.bandwidthIsLowerBound()) {
      high = Math.max(high, constants.priorBandwidthHighMbps);
    }
    var likeliest = of(constants, Math.sqrt(low * high), roundTrip, streams);
    return low == high
        ? new Range(new Link[]{likeliest}, true, low, high)
        : new Range(
            new Link[]{likeliest, of(constants, low, roundTrip, streams), of(constants, high, roundTrip, streams)},
            true, low, high);
  }

  private static Link of(CostConstants constants, double bodyMbps, double rttMillis, double streams) {
    var rttSeconds = rttMillis / 1000;
    var byBandwidth = bodyMbps / BITS_PER_BYTE;
    var byWindow = rttSeconds == 0 ? Double.POSITIVE_INFINITY : streams * constants.linkWindowMB / rttSeconds;
    return new Link(Math.min(byBandwidth, byWindow), rttSeconds * constants.linkSetupRoundTrips);
  }
}
