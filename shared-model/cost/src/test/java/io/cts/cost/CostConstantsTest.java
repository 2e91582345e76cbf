package io.cts.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cts.contract.EngineClass;
import io.cts.contract.Weights;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CostConstantsTest {
  @Test
  void weights_replace_what_they_name_and_leave_the_rest() {
    var name = CostConstants.name(EngineClass.DOCKER_LEGACY, CostConstants.GZIP_MBPS);
    assertThat(name).isEqualTo("engine.docker-legacy.gzip_mbps");
    var fitted = CostConstants.of(new Weights("analytic-7", "analytic", Map.of(name, 222.0, "another.model", 3.0), 50));
    assertThat(fitted.engine(EngineClass.DOCKER_LEGACY).gzipMBps()).isEqualTo(222);
    assertThat(fitted.engine(EngineClass.DOCKER).gzipMBps()).isEqualTo(173.8);
    assertThat(fitted.linkWindowMB).isEqualTo(1.15);
    assertThat(fitted.version).isEqualTo("analytic-7");
  }

  @Test
  void the_constants_in_use_read_back_as_they_are() {
    var weights = CostConstants.BUILT_IN.weights();
    assertThat(weights.version()).isEqualTo("analytic-0");
    assertThat(weights.constants()).hasSize(10 + 6 * EngineClass.values().length);
    assertThat(CostConstants.of(weights).weights()).isEqualTo(weights);
  }

  @Test
  void a_value_that_cannot_be_is_refused_by_name() {
    for (var wrong : new double[]{0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(
          () -> CostConstants.of(new Weights("analytic-8", "analytic", Map.of("link.window_mb", wrong), 1)))
          .hasMessageContaining("analytic-8")
          .hasMessageContaining("link.window_mb = " + wrong);
    }
    assertThatThrownBy(
        () -> CostConstants.of(new Weights("analytic-9", "analytic", Map.of("prior.rtt_low_ms", 500.0), 1)))
        .hasMessageContaining("low end is above its high end");
    assertThatThrownBy(() -> CostConstants.of(new Weights("trees-1", "boosted-trees", Map.of(), 1)))
        .hasMessageContaining("trees-1")
        .hasMessageContaining("boosted-trees");
  }
}
