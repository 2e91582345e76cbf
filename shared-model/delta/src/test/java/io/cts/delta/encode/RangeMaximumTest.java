package io.cts.delta.encode;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RangeMaximumTest {
  @Test
  void says_what_adding_one_by_one_says() {
    var seed = Long.getLong("cts.seed", System.nanoTime());
    var random = new Random(seed);
    for (var steps = 1; steps < 40; steps++) {
      var maximum = new RangeMaximum(steps);
      var expected = new long[steps];
      for (var round = 0; round < 200; round++) {
        var from = random.nextInt(steps);
        var to = from + random.nextInt(steps - from);
        var amount = random.nextInt(100) - 30;
        maximum.add(from, to, amount);
        for (var i = from; i <= to; i++) {
          expected[i] += amount;
        }
        var first = random.nextInt(steps);
        var last = first + random.nextInt(steps - first);
        assertThat(maximum.most(first, last)).as("-Dcts.seed=%d, %d steps, round %d", seed, steps, round)
            .isEqualTo(Arrays.stream(expected, first, last + 1).max().orElseThrow());
      }
    }
  }
}
