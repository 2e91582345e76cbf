package io.cts.feedback.fit;

import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import io.cts.contract.EngineClass;
import io.cts.contract.Form;
import io.cts.contract.NodeId;
import io.cts.cost.CostConstants;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A made-up site whose true constants are known: makes transfers and work times of many nodes, with noise and outliers. */
final class Site {
  private static final CodecFamily[] FAMILIES = CodecFamily.values();
  private final Random random;
  private final Map<String, Double> truth;
  private final double noise;
  private final double outliers;

  /**
   * @param truth constants that differ from the built-in ones
   * @param noise standard deviation of the logarithm of every measured time
   * @param outliers share of the times that something else tripled
   */
  Site(long seed, Map<String, Double> truth, double noise, double outliers) {
    this.random = new Random(seed);
    this.truth = new HashMap<>(builtIn());
    this.truth.putAll(truth);
    this.noise = noise;
    this.outliers = outliers;
  }

  static Map<String, Double> builtIn() {
    return CostConstants.BUILT_IN.weights().constants();
  }

  Evidence evidence(int nodes, int transfersEach, int workTimesEach) {
    var transfers = new ArrayList<TransferSample>();
    var work = new ArrayList<RateSample>();
    for (var number = 0; number < nodes; number++) {
      var node = new NodeId("node-" + number);
      transfers.addAll(transfers(node, transfersEach));
      work.addAll(workTimes(node, workTimesEach));
    }
    return new Evidence(transfers, work);
  }

  /** Of one node, whose link lies between 5 Mbit/s and 5 Gbit/s and up to 200 ms away. */
  List<TransferSample> transfers(NodeId node, int count) {
    var mbps = Math.exp(random.nextDouble(Math.log(5), Math.log(5000)));
    var rttSeconds = Math.exp(random.nextDouble(Math.log(0.001), Math.log(0.2)));
    var nominal = random.nextBoolean();
    var engines = new EngineClass[]{EngineClass.DOCKER, EngineClass.CONTAINERD};
    var engine = engines[random.nextInt(engines.length)];
    var transfers = new ArrayList<TransferSample>();
    for (var i = 0; i < count; i++) {
      var decodedMB = Math.exp(random.nextDouble(Math.log(2), Math.log(400)));
      var plain = random.nextBoolean();
      var family = plain ? FAMILIES[random.nextInt(3)] : CodecFamily.GZIP;
      var wireMB = family == CodecFamily.IDENTITY ? decodedMB : decodedMB * random.nextDouble(0.25, 0.5);
      var exact = new TransferSample(node, engine, plain ? Form.PLAIN : Form.ORIGINAL, family, wireMB, decodedMB, mbps,
          nominal, rttSeconds, 4, null, 1 + random.nextInt(2), TransferSample.Vantage.SERVER, 1);
      transfers.add(measured(exact, secondsOf(exact)));
    }
    return transfers;
  }

  private double secondsOf(TransferSample sample) {
    var names = new ArrayList<>(truth.keySet());
    var values = names.stream().mapToDouble(name -> truth.getOrDefault(name, Double.NaN)).toArray();
    return new TransferTerm(sample, names::indexOf).seconds(values) * disturbance();
  }

  private static TransferSample measured(TransferSample exact, double seconds) {
    return new TransferSample(exact.node(), exact.engineClass(), exact.form(), exact.family(), exact.wireMB(),
        exact.decodedMB(), exact.bandwidthMbps(), exact.bandwidthIsNominal(), exact.rttSeconds(), exact.cores(),
        exact.nodeDecodeMBps(), exact.streams(), exact.vantage(), seconds);
  }

  List<RateSample> workTimes(NodeId node, int count) {
    var constant = CostConstants.name(EngineClass.AGENT, CostConstants.ZSTD_MBPS);
    var times = new ArrayList<RateSample>();
    for (var i = 0; i < count; i++) {
      var decodedMB = random.nextDouble(20, 400);
      var layer = Digest.sha256(("layer-" + i).getBytes(StandardCharsets.UTF_8));
      times.add(new RateSample(constant, node, "agent, 4 cores", layer, Encoding.zstd(3), decodedMB,
          decodedMB / truth.getOrDefault(constant, Double.NaN) * disturbance()));
    }
    return times;
  }

  private double disturbance() {
    return Math.exp(random.nextGaussian() * noise) * (random.nextDouble() < outliers ? 3 : 1);
  }
}
