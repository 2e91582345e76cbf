package io.cts.cache.choice;

import static org.assertj.core.api.Assertions.assertThat;

import io.cts.contract.NodeId;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FirstPullLevelsTest {
  private static final NodeId NODE = NodeId.of("node-1");
  private static final long LARGE = 50_000_000;

  private final AtomicLong nanos = new AtomicLong();

  private FirstPullLevels levels(OptionalDouble bandwidthMbps) {
    return new FirstPullLevels(_ -> bandwidthMbps, nanos::get);
  }

  @Test
  void the_level_follows_the_link() {
    var levels = levels(OptionalDouble.empty());
    assertThat(levels.of(NODE)).hasValue(1);

    levels.learn(NODE, LARGE, 0.9);
    levels.learn(NODE, LARGE, 0.9);
    assertThat(levels.of(NODE)).hasValue(6);

    levels.learn(NODE, LARGE, 0.3);
    assertThat(levels.of(NODE)).hasValue(6);
    levels.learn(NODE, LARGE, 0.05);
    assertThat(levels.of(NODE)).hasValue(3);
  }

  @Test
  void the_highest_level_is_not_left() {
    var levels = levels(OptionalDouble.empty());
    for (var layer = 0; layer < 10; layer++) {
      levels.learn(NODE, LARGE, 0.9);
    }

    assertThat(levels.of(NODE)).hasValue(9);
  }

  @Test
  void a_link_that_outruns_the_lowest_level_gets_the_upstreams_bytes_for_a_while() {
    var levels = levels(OptionalDouble.empty());
    levels.learn(NODE, LARGE, 0.3);
    assertThat(levels.of(NODE)).isEmpty();
    levels.learn(NODE, LARGE, 0.9); // of a layer that was begun before
    assertThat(levels.of(NODE)).isEmpty();

    nanos.addAndGet(Duration.ofMinutes(11).toNanos());
    assertThat(levels.of(NODE)).hasValue(1);
  }

  @Test
  void a_link_that_is_known_to_be_fast_is_not_slowed_down_to_find_out() {
    assertThat(levels(OptionalDouble.of(1000)).of(NODE)).isEmpty();
  }

  @Test
  void a_link_that_is_known_begins_with_the_highest_level_that_fills_it() {
    assertThat(levels(OptionalDouble.of(500)).of(NODE)).hasValue(1);
    assertThat(levels(OptionalDouble.of(101)).of(NODE)).hasValue(3);
    assertThat(levels(OptionalDouble.of(100)).of(NODE)).hasValue(6);
    assertThat(levels(OptionalDouble.of(2)).of(NODE)).hasValue(9);
  }

  @Test
  void a_small_layer_tells_nothing() {
    var levels = levels(OptionalDouble.empty());
    levels.learn(NODE, 1_000_000, 0);
    levels.learn(NODE, 1_000_000, 1);

    assertThat(levels.of(NODE)).hasValue(1);
  }
}
