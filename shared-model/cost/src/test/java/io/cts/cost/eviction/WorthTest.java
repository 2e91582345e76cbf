package io.cts.cost.eviction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class WorthTest {
  private static final Duration DAY = Duration.ofDays(1);
  private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");

  @Test
  void saved_seconds_halve_with_every_half_life() {
    var worth = Worth.NONE.plus(8, NOW, DAY);

    assertThat(worth.secondsAt(NOW, DAY)).isCloseTo(8, within(1e-6));
    assertThat(worth.secondsAt(NOW.plus(DAY), DAY)).isCloseTo(4, within(1e-6));
    assertThat(worth.secondsAt(NOW.plus(DAY.multipliedBy(3)), DAY)).isCloseTo(1, within(1e-6));
  }

  @Test
  void hits_add_to_what_has_not_faded() {
    var worth = Worth.NONE.plus(8, NOW, DAY).plus(3, NOW.plus(DAY), DAY);

    assertThat(worth.secondsAt(NOW.plus(DAY), DAY)).isCloseTo(7, within(1e-6));
  }

  @Test
  void nothing_saved_is_worth_nothing() {
    assertThat(Worth.NONE.secondsAt(NOW, DAY)).isZero();
    assertThat(Worth.NONE.plus(0, NOW, DAY).secondsAt(NOW, DAY)).isZero();
  }

  @Test
  void clocks_that_disagree_lose_nothing() {
    var worth = Worth.NONE.plus(8, NOW, DAY).plus(1, NOW.minusSeconds(60), DAY);

    assertThat(worth).isEqualTo(new Worth(9, NOW));
    assertThat(worth.secondsAt(NOW.minusSeconds(60), DAY)).isEqualTo(9);
  }

  @Test
  void seconds_that_are_no_number_are_refused() {
    assertThatThrownBy(() -> Worth.NONE.plus(-1, NOW, DAY)).hasMessageContaining("-1.0");
    assertThatThrownBy(() -> Worth.NONE.plus(Double.NaN, NOW, DAY)).hasMessageContaining("NaN");
    assertThatThrownBy(() -> Worth.NONE.plus(Double.POSITIVE_INFINITY, NOW, DAY)).hasMessageContaining("Infinity");
  }
}
