package io.cts.client.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RateLimitTest {

  @ParameterizedTest
  @CsvSource({"20Mbit, 20", "20, 20", "0.5mbit/s, 0.5", "1000 mbps, -1", "200Mbps, 200"})
  void a_speed_is_read(String text, double mbit) {
    if (mbit < 0) {
      assertThatThrownBy(() -> RateLimit.parse(text)).isInstanceOf(IllegalArgumentException.class);
    } else {
      assertThat(RateLimit.parse(text).mbitPerSecond()).isEqualTo(mbit);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "fast", "-1", "0", "1e3", "20MB"})
  void what_is_no_speed_is_refused(String text) {
    assertThatThrownBy(() -> RateLimit.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void bytes_are_paid_with_time_and_idle_time_is_saved_up_for_20_ms_only() {
    var limit = new RateLimit(8); // a byte a microsecond
    var now = System.nanoTime() + 1_000_000_000;

    assertThat(limit.book(30_000, now)).isEqualTo(now + 10_000_000);
    assertThat(limit.book(5_000, now)).isEqualTo(now + 15_000_000);
    assertThat(limit.book(30_000, now + 60_000_000)).isEqualTo(now + 70_000_000);
  }
}
