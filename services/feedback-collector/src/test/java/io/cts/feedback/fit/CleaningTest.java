package io.cts.feedback.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import io.cts.contract.EngineClass;
import io.cts.contract.NodeId;
import io.cts.cost.CostConstants;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class CleaningTest {
  private static final String ZSTD = CostConstants.name(EngineClass.AGENT, CostConstants.ZSTD_MBPS);
  private static final Digest LAYER = Digest.sha256("layer".getBytes(StandardCharsets.UTF_8));

  @Test
  void decode_times_under_ten_milliseconds_are_dropped() {
    var cleaned = Cleaning.of(List.of(decoded("a", 0.0099), decoded("a", 0.010), decoded("a", 0)));

    assertThat(cleaned.kept()).extracting(RateSample::seconds).containsExactly(0.010);
    assertThat(cleaned.dropped()).isEqualTo(2);
  }

  @Test
  void repetitions_that_vary_by_more_than_fifteen_percent_are_flagged_and_kept() {
    var cleaned = Cleaning.of(List.of(decoded("a", 1.0), decoded("b", 1.3), decoded("a", 1.0)));

    assertThat(cleaned.kept()).hasSize(3);
    assertThat(cleaned.cells()).singleElement().satisfies(cell -> {
      assertThat(cell.repetitions()).isEqualTo(3);
      assertThat(cell.variation()).isCloseTo(0.1575, within(0.001));
      assertThat(cell.flagged()).isTrue();
    });
    assertThat(cleaned.flaggedCells()).isEqualTo(1);
  }

  @Test
  void steady_repetitions_are_not_flagged() {
    var cleaned = Cleaning.of(List.of(decoded("a", 1.0), decoded("b", 1.1), decoded("c", 1.2)));

    assertThat(cleaned.flaggedCells()).isZero();
  }

  @Test
  void another_layer_encoding_or_node_class_is_another_cell() {
    var other = Digest.sha256("other".getBytes(StandardCharsets.UTF_8));
    var node = new NodeId("a");

    var cleaned = Cleaning
        .of(List.of(decoded("a", 1), new RateSample(ZSTD, node, "small", other, Encoding.zstd(3), 1, 9),
            new RateSample(ZSTD, node, "small", LAYER, Encoding.zstd(9), 1, 9),
            new RateSample(ZSTD, node, "large", LAYER, Encoding.zstd(3), 1, 9)));

    assertThat(cleaned.cells()).hasSize(4);
    assertThat(cleaned.flaggedCells()).isZero();
  }

  private static RateSample decoded(String node, double seconds) {
    return new RateSample(ZSTD, new NodeId(node), "small", LAYER, Encoding.zstd(3), 100, seconds);
  }
}
