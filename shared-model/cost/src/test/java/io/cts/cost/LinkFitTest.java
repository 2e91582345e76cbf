package io.cts.cost;

import static org.assertj.core.api.Assertions.assertThat;

import io.cts.contract.Encoding;
import io.cts.contract.Engine;
import io.cts.contract.EngineClass;
import io.cts.contract.LayerFeatures;
import io.cts.contract.NodeProfile;
import io.cts.contract.Objective;
import io.cts.contract.Weights;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * One measured pull of each of 64 clients (1 to 999 Mbit/s, 0.3 to 6 cores) through a link that a proxy shaped: an image
 * as one blob, fetched by one stream, then decoded and untarred. README.md has the figures for all of them.
 */
class LinkFitTest {
  private static final double NO_COST = 1e9;
  // decode and untar together, as the measured client did
  private static final Planner PLANNER = new Planner(CostConstants.of(new Weights("analytic-lab", "analytic",
      Map.of(named(CostConstants.SPOOL_MBPS), NO_COST, named(CostConstants.UNPACK_MBPS), NO_COST,
          named(CostConstants.GZIP_MBPS), 152.0, named(CostConstants.ZSTD_MBPS), 745.0, named(CostConstants.LZ4_MBPS),
          825.0),
      0)));

  private static String named(String constant) {
    return CostConstants.name(EngineClass.OTHER, constant);
  }

  @Test
  void the_link_model_predicts_measured_pulls_within_five_percent_on_average() throws Exception {
    var errors = 0.0;
    var lines = sample();
    for (var line : lines) {
      var cells = line.split(",", -1);
      var predicted = predict(Encoding.parse(cells[0]), Long.parseLong(cells[1]), Long.parseLong(cells[2]),
          Double.parseDouble(cells[3]), Double.parseDouble(cells[4]), Double.parseDouble(cells[5]));
      var measured = Double.parseDouble(cells[6]);
      errors += Math.abs(predicted - measured) / measured;
    }
    assertThat(lines).hasSize(64);
    assertThat(errors / lines.size()).isLessThan(0.05);
  }

  private static double predict(Encoding encoding, long encodedBytes, long plainBytes, double cores, double linkMbps,
      double rttMillis) {
    var layer = new LayerFeatures(Layers.digest("encoded"), encoding.family(), encodedBytes, Layers.digest("plain"),
        plainBytes, 1, List.of(), 5, List.of());
    var node = new NodeProfile(Layers.node("x-1", null, null).node(), Engine.UNKNOWN, NodeProfile.Source.STATED,
        linkMbps, false, rttMillis, List.of(), cores, null, null, 1, Layers.NOON);
    return PLANNER.leaveAsIs(List.of(LayerState.asStored(layer)),
        PullContext.of(Engine.UNKNOWN, node, Objective.LATENCY), "it was measured so").plan().predictedSeconds();
  }

  private static List<String> sample() throws Exception {
    try (var in = Objects.requireNonNull(LinkFitTest.class.getResourceAsStream("pulls.csv"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().skip(1).toList();
    }
  }
}
