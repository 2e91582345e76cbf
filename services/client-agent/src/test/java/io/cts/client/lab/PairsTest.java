package io.cts.client.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class PairsTest {
  private static final long SEED = Long.getLong("cts.seed", 7);

  @Test
  void the_ratio_is_that_within_pairs_and_not_that_of_the_medians() {
    var pairs = new Pairs();
    pairs.add(1, 2);
    pairs.add(50, 100); // the machine was busy with something else
    pairs.add(1.5, 3);
    assertThat(pairs.ratio()).isCloseTo(0.5, within(1e-9));
    assertThat(pairs.interval().low()).isCloseTo(0.5, within(1e-9));
    assertThat(pairs.interval().high()).isCloseTo(0.5, within(1e-9));
    assertThat(pairs.ours()).isEqualTo(1.5);
    assertThat(pairs.peers()).isEqualTo(3);
  }

  @Test
  void one_pair_says_nothing_of_how_sure_it_is() {
    var pairs = new Pairs();
    pairs.add(1, 2);
    assertThat(pairs.interval()).isEqualTo(new Pairs.Interval(0, Double.POSITIVE_INFINITY));
  }

  @Test
  void the_interval_holds_the_true_ratio_nineteen_times_of_twenty() {
    var random = new Random(SEED);
    var held = 0;
    var trials = 4000;
    for (var trial = 0; trial < trials; trial++) {
      var pairs = new Pairs();
      for (var i = 0; i < 5; i++) {
        pairs.add(0.8 * Math.exp(0.2 * random.nextGaussian()), 1);
      }
      var interval = pairs.interval();
      held += interval.low() <= 0.8 && 0.8 <= interval.high() ? 1 : 0;
    }
    assertThat((double) held / trials).as("seed %d", SEED).isCloseTo(0.95, within(0.02));
  }
}
