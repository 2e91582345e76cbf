package io.cts.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class QuantitiesTest {

  private static JsonNode json(String text) {
    return Json.MAPPER.readTree(text);
  }

  @Test
  void bytes_are_told_in_powers_of_ten() {
    assertThat(Quantities.bytes(999)).isEqualTo("999 B");
    assertThat(Quantities.bytes(1000)).isEqualTo("1.0 kB");
    assertThat(Quantities.bytes(133_512_345)).isEqualTo("133.5 MB");
    assertThat(Quantities.bytes(1_500_000_000)).isEqualTo("1.50 GB");
  }

  @Test
  void what_is_absent_is_a_dash_and_not_a_zero() {
    var missing = json("{}").path("x");

    assertThat(Quantities.bytes(missing)).isEqualTo("–");
    assertThat(Quantities.seconds(missing)).isEqualTo("–");
    assertThat(Quantities.percent(missing)).isEqualTo("–");
    assertThat(Quantities.number(missing)).isEqualTo("–");
    assertThat(Quantities.text(missing)).isEqualTo("–");
    assertThat(Quantities.ago(missing, Instant.EPOCH)).isEqualTo("–");
  }

  @Test
  void times_have_the_digits_that_say_something() {
    assertThat(Quantities.seconds(0.0123)).isEqualTo("0.012 s");
    assertThat(Quantities.seconds(12.34)).isEqualTo("12.3 s");
    assertThat(Quantities.ago(json("\"2026-11-20T12:00:00Z\""), Instant.parse("2026-11-20T12:01:00Z")))
        .isEqualTo("60 s ago");
    assertThat(Quantities.ago(json("\"2026-11-20T12:00:00Z\""), Instant.parse("2026-11-23T12:00:00Z")))
        .isEqualTo("3 d ago");
  }
}
