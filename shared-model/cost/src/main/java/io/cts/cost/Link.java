package io.cts.cost;

import io.cts.contract.Engine;
import io.cts.contract.NodeId;
import io.cts.contract.NodeProfile;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
    var range = bandwidths(constants, context.profile());
    var points = new Link[range.length];
    for (var i = 0; i < points.length; i++) {
      points[i] = of(constants, range[i].bodyMbps(), range[i].rttMillis(), streams);
    }
    var profile = context.profile();
    var low = range[range.length > 1 ? 1 : 0].bodyMbps();
    var high = range[range.length > 1 ? 2 : 0].bodyMbps();
    return new Range(points, profile != null && profile.bandwidthMbps() != null, low, high);
  }

  /** The nodes, each known for certain, that lie at the points of the range around what {@code context} tells. */
  static List<PullContext> certainNodes(CostConstants constants, PullContext context) {
    var was = context.profile();
    var nodes = new ArrayList<PullContext>();
    for (var point : bandwidths(constants, was)) {
      var profile = new NodeProfile(was == null ? NodeId.of("any~" + context.engineClass()) : was.node(),
          was == null ? Engine.UNKNOWN : was.engine(), NodeProfile.Source.ACTIVE, point.bodyMbps(), false,
          point.rttMillis(), was == null ? List.of() : was.decodeRates(), was == null ? null : was.cores(),
          was == null ? null : was.memoryBytes(), was == null ? null : was.diskWriteMBps(), 1,
          was == null ? Instant.EPOCH : was.measuredAt());
      nodes.add(new PullContext(context.engineClass(), context.accepts(), profile, context.objective(),
          context.announced(), context.expectedPulls(), context.backlogSeconds()));
    }
    return nodes;
  }

  /** @param rttMillis 0 where it is not known and a known bandwidth holds it already */
  private record Point(double bodyMbps, double rttMillis) {}

  private static Point[] bandwidths(CostConstants constants, @Nullable NodeProfile profile) {
    var bandwidth = profile == null ? null : profile.bandwidthMbps();
    var rtt = profile == null ? null : profile.rttMillis();
    if (profile == null || bandwidth == null) {
      var low = constants.priorBandwidthLowMbps;
      var high = constants.priorBandwidthHighMbps;
      var slow = rtt == null ? constants.priorRttHighMillis : rtt;
      var fast = rtt == null ? constants.priorRttLowMillis : rtt;
      return new Point[]{new Point(Math.sqrt(low * high), Math.sqrt(slow * fast)), new Point(low, slow),
          new Point(high, fast)};
    }
    var body = profile.source() == NodeProfile.Source.STATED ? bandwidth * constants.linkEfficiency : bandwidth;
    var roundTrip = rtt == null ? 0 : rtt;
    var spread = Math.pow(constants.priorBandwidthHighMbps / constants.priorBandwidthLowMbps,
        (1 - profile.confidence()) / 2);
    var low = body / spread;
    var high = profile.bandwidthIsLowerBound()
        ? Math.max(body * spread, constants.priorBandwidthHighMbps)
        : body * spread;
    var likeliest = new Point(Math.sqrt(low * high), roundTrip);
    return low == high
        ? new Point[]{likeliest}
        : new Point[]{likeliest, new Point(low, roundTrip), new Point(high, roundTrip)};
  }

  private static Link of(CostConstants constants, double bodyMbps, double rttMillis, double streams) {
    var rttSeconds = rttMillis / 1000;
    var byBandwidth = bodyMbps / BITS_PER_BYTE;
    var byWindow = rttSeconds == 0 ? Double.POSITIVE_INFINITY : streams * constants.linkWindowMB / rttSeconds;
    return new Link(Math.min(byBandwidth, byWindow), rttSeconds * constants.linkSetupRoundTrips);
  }
}
