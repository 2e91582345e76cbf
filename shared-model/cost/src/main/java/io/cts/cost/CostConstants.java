package io.cts.cost;

import io.cts.contract.EngineClass;
import io.cts.contract.Weights;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The constants of the analytic model, as {@link Weights#constants()} names them. A name that is absent keeps its
 * built-in value; a name that is not known here is left to models that know it.
 *
 * <table>
 * <caption>Names, units, built-in values</caption>
 * <tr><td>{@code link.efficiency}</td><td>body bytes per byte of a nominal link</td><td>0.95</td></tr>
 * <tr><td>{@code link.window_mb}</td><td>10⁶ bytes that one stream has under way</td><td>1.15</td></tr>
 * <tr><td>{@code link.setup_round_trips}</td><td>round trips that a stream loses to connecting and slow start</td>
 *     <td>6</td></tr>
 * <tr><td>{@code prior.bandwidth_low_mbps}, {@code prior.bandwidth_high_mbps}</td><td>Mbit/s; the range in which a node
 *     that nobody measured is taken to be</td><td>10, 1000</td></tr>
 * <tr><td>{@code prior.rtt_low_ms}, {@code prior.rtt_high_ms}</td><td>milliseconds, likewise</td><td>1, 100</td></tr>
 * <tr><td>{@code server.inflate_mbps}</td><td>MB of decoded bytes per second that CTS sends as identity where it
 *     holds the layer encoded only</td><td>355</td></tr>
 * <tr><td>{@code work.weight}</td><td>seconds of a node's time that one second of a core of CTS is worth</td>
 *     <td>0.2</td></tr>
 * <tr><td>{@code plan.least_gain}</td><td>the part of the original's time that another form must save to be worth
 *     another digest</td><td>0.02</td></tr>
 * <tr><td>{@code engine.CLASS.streams}</td><td>layers at once</td><td>see {@link EngineCosts}</td></tr>
 * <tr><td>{@code engine.CLASS.spool_mbps}</td><td>MB of blob per second, hashed, written, read again</td></tr>
 * <tr><td>{@code engine.CLASS.unpack_mbps}</td><td>MB of decoded bytes per second</td></tr>
 * <tr><td>{@code engine.CLASS.gzip_mbps}, {@code …zstd_mbps}, {@code …lz4_mbps}</td><td>MB of decoded bytes per
 *     second</td></tr>
 * </table>
 *
 * <p>{@code CLASS} is an {@link EngineClass} as text, such as {@code docker-legacy}.
 */
public final class CostConstants {
  private static final String MODEL = "analytic";
  public static final String LINK_EFFICIENCY = "link.efficiency";
  public static final String LINK_WINDOW_MB = "link.window_mb";
  public static final String LINK_SETUP_ROUND_TRIPS = "link.setup_round_trips";
  public static final String PRIOR_BANDWIDTH_LOW_MBPS = "prior.bandwidth_low_mbps";
  public static final String PRIOR_BANDWIDTH_HIGH_MBPS = "prior.bandwidth_high_mbps";
  public static final String PRIOR_RTT_LOW_MS = "prior.rtt_low_ms";
  public static final String PRIOR_RTT_HIGH_MS = "prior.rtt_high_ms";
  public static final String SERVER_INFLATE_MBPS = "server.inflate_mbps";
  public static final String WORK_WEIGHT = "work.weight";
  public static final String PLAN_LEAST_GAIN = "plan.least_gain";
  public static final String STREAMS = "streams";
  public static final String SPOOL_MBPS = "spool_mbps";
  public static final String UNPACK_MBPS = "unpack_mbps";
  public static final String GZIP_MBPS = "gzip_mbps";
  public static final String ZSTD_MBPS = "zstd_mbps";
  public static final String LZ4_MBPS = "lz4_mbps";

  /** Measured once, with real engines behind shaped links; published as {@code analytic-0}. */
  public static final CostConstants BUILT_IN = of(new Weights("analytic-0", MODEL, Map.of(), 0));

  final String version;
  final double linkEfficiency;
  final double linkWindowMB;
  final double linkSetupRoundTrips;
  final double priorBandwidthLowMbps;
  final double priorBandwidthHighMbps;
  final double priorRttLowMillis;
  final double priorRttHighMillis;
  final double serverInflateMBps;
  final double workWeight;
  final double planLeastGain;
  private final EnumMap<EngineClass, EngineCosts> engines = new EnumMap<>(EngineClass.class);
  private final Weights weights;

  private CostConstants(Weights given) {
    var values = new Values(given);
    version = given.version();
    linkEfficiency = values.positive(LINK_EFFICIENCY, 0.95);
    linkWindowMB = values.positive(LINK_WINDOW_MB, 1.15);
    linkSetupRoundTrips = values.notNegative(LINK_SETUP_ROUND_TRIPS, 6);
    priorBandwidthLowMbps = values.positive(PRIOR_BANDWIDTH_LOW_MBPS, 10);
    priorBandwidthHighMbps = values.positive(PRIOR_BANDWIDTH_HIGH_MBPS, 1000);
    priorRttLowMillis = values.positive(PRIOR_RTT_LOW_MS, 1);
    priorRttHighMillis = values.positive(PRIOR_RTT_HIGH_MS, 100);
    serverInflateMBps = values.positive(SERVER_INFLATE_MBPS, 355);
    workWeight = values.notNegative(WORK_WEIGHT, 0.2);
    planLeastGain = values.notNegative(PLAN_LEAST_GAIN, 0.02);
    if (priorBandwidthLowMbps > priorBandwidthHighMbps || priorRttLowMillis > priorRttHighMillis) {
      throw new IllegalArgumentException(
          "the weights " + version + " give a prior whose low end is above its high end");
    }
    EngineCosts.BUILT_IN.forEach((engineClass, builtIn) -> engines.put(engineClass,
        new EngineCosts(Math.max(1, values.positive(name(engineClass, STREAMS), builtIn.streams())),
            values.positive(name(engineClass, SPOOL_MBPS), builtIn.spoolMBps()),
            values.positive(name(engineClass, UNPACK_MBPS), builtIn.unpackMBps()),
            values.positive(name(engineClass, GZIP_MBPS), builtIn.gzipMBps()),
            values.positive(name(engineClass, ZSTD_MBPS), builtIn.zstdMBps()),
            values.positive(name(engineClass, LZ4_MBPS), builtIn.lz4MBps()))));
    weights = new Weights(version, MODEL, values.used, given.samples());
  }

  /** @throws IllegalArgumentException if the weights are another model's or hold a value that cannot be */
  public static CostConstants of(Weights weights) {
    if (!weights.model().equals(MODEL)) {
      throw new IllegalArgumentException("the weights " + weights.version() + " are for the model \"" + weights.model()
          + "\", the analytic model cannot read them");
    }
    return new CostConstants(weights);
  }

  /** The name of one engine class's constant: {@code engine.docker.spool_mbps}. */
  public static String name(EngineClass engineClass, String constant) {
    return "engine." + engineClass + "." + constant;
  }

  /** All constants in use, the built-in ones included. */
  public Weights weights() {
    return weights;
  }

  EngineCosts engine(EngineClass engineClass) {
    return Objects.requireNonNull(engines.get(engineClass));
  }

  private static final class Values {
    private final Weights weights;
    private final Map<String, Double> used;

    Values(Weights weights) {
      this.weights = weights;
      this.used = new TreeMap<>(weights.constants());
    }

    double positive(String name, double builtIn) {
      var value = notNegative(name, builtIn);
      if (value == 0) {
        throw refused(name, value);
      }
      return value;
    }

    double notNegative(String name, double builtIn) {
      double value = used.computeIfAbsent(name, _ -> builtIn);
      if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
        throw refused(name, value);
      }
      return value;
    }

    private IllegalArgumentException refused(String name, double value) {
      return new IllegalArgumentException("the weights " + weights.version() + " give " + name + " = " + value
          + ", which cannot be; the weights before them stay in use");
    }
  }
}
