package io.cts.feedback.fit;

import static org.assertj.core.api.Assertions.assertThat;

import io.cts.contract.CodecFamily;
import io.cts.contract.Encoding;
import io.cts.contract.EngineClass;
import io.cts.contract.Form;
import io.cts.contract.NodeId;
import io.cts.cost.CostConstants;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * Real pulls through shaped links: every seventh of the successful ones of 64 clients. The link's delay is taken as the
 * round-trip time, as in the cost module's own fit.
 */
class MeasuredPullsTest {

  @Test
  void the_fit_predicts_pulls_of_clients_that_it_has_not_seen() throws IOException {
    var wrong = new HashMap<>(CostConstants.BUILT_IN.weights().constants());
    wrong.put(CostConstants.LINK_EFFICIENCY, 0.7);
    wrong.put(CostConstants.LINK_WINDOW_MB, 4.0);
    wrong.put(CostConstants.LINK_SETUP_ROUND_TRIPS, 1.0);

    var refit = Refit.of(wrong, new Evidence(measuredPulls(), List.of()), new Demands(30, 3));

    assertThat(refit).isInstanceOfSatisfying(Refit.Better.class, better -> {
      assertThat(better.heldOut().after()).isLessThan(0.03);
      assertThat(better.heldOut().before()).isGreaterThan(0.3);
      assertThat(better.fitted().constants().get(CostConstants.LINK_EFFICIENCY)).isBetween(0.94, 0.97);
      assertThat(better.fitted().constants().get(CostConstants.LINK_WINDOW_MB)).isBetween(1.1, 1.4);
    });
  }

  private static List<TransferSample> measuredPulls() throws IOException {
    try (var file = Objects.requireNonNull(MeasuredPullsTest.class.getResourceAsStream("measured-pulls.csv"))) {
      var lines = new String(file.readAllBytes(), StandardCharsets.UTF_8).lines().skip(1);
      return lines.map(line -> pull(line.split(",", -1))).toList();
    }
  }

  private static TransferSample pull(String[] columns) {
    var family = columns[1].startsWith("lz4") ? CodecFamily.LZ4 : Encoding.parse(columns[1]).family();
    return new TransferSample(new NodeId(columns[0]), EngineClass.AGENT, Form.ORIGINAL, family,
        Double.parseDouble(columns[4]) / 1e6, Double.parseDouble(columns[5]) / 1e6, Double.parseDouble(columns[7]),
        true,
        Double.parseDouble(columns[8]) / 1000, Double.parseDouble(columns[6]), null, 1, TransferSample.Vantage.CLIENT,
        Double.parseDouble(columns[2]));
  }
}
