package io.cts.cost.eviction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.cts.contract.Digest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EvictionPolicyTest {
  private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");
  private static final Duration DAY = Duration.ofDays(1);
  private final EvictionPolicy policy = EvictionPolicy.withHalfLife(DAY);

  @Test
  void what_saves_the_fewest_seconds_per_byte_leaves_first() {
    var cheap = stored("cheap", 1_000_000, 1);
    var dear = stored("dear", 1_000_000, 60);
    var small = stored("small", 10_000, 1);

    var victims = policy.victims(List.of(dear, small, cheap), 500_000, 0);

    assertThat(victims.stored()).containsExactly(cheap);
    assertThat(victims.bytes()).isEqualTo(1_000_000);
    assertThat(victims.shortfallBytes()).isZero();
    assertThat(victims.clock()).isEqualTo(cheap.standing());
  }

  @Test
  void more_pulls_weigh_as_much_as_dearer_ones() {
    var often = policy.hit(policy.hit(Worth.NONE, 2, NOW), 2, NOW);
    var dearly = policy.hit(Worth.NONE, 4, NOW);

    assertThat(policy.standing(often, 1000, NOW, 0)).isEqualTo(policy.standing(dearly, 1000, NOW, 0));
  }

  @Test
  void pinned_things_stay_and_what_cannot_be_freed_is_said() {
    var pinned = new Stored(digest("pinned"), 4000, 0, true);
    var free = stored("free", 1000, 9);

    var victims = policy.victims(List.of(pinned, free), 3000, 0);

    assertThat(victims.stored()).containsExactly(free);
    assertThat(victims.shortfallBytes()).isEqualTo(2000);
  }

  @Test
  void nothing_to_free_takes_nothing_and_leaves_the_clock() {
    var victims = policy.victims(List.of(stored("a", 10, 0)), 0, 7);

    assertThat(victims.stored()).isEmpty();
    assertThat(victims.clock()).isEqualTo(7);
  }

  @Test
  void one_pass_finds_what_sorting_everything_would() {
    var seed = Long.getLong("cts.seed", System.nanoTime());
    var random = new Random(seed);
    for (var round = 0; round < 200; round++) {
      var all = new ArrayList<Stored>();
      for (var i = 0; i < 60; i++) {
        all.add(new Stored(digest(round + "/" + i), random.nextInt(0, 5000), random.nextInt(20),
            random.nextInt(8) == 0));
      }
      var bytesToFree = random.nextInt(1, 200_000);
      assertThat(policy.victims(all, bytesToFree, 0).stored()).as("-Dcts.seed=%d, round %d", seed, round)
          .containsExactlyElementsOf(bySorting(all, bytesToFree));
    }
  }

  private static List<Stored> bySorting(List<Stored> all, long bytesToFree) {
    var sorted = new ArrayList<>(all);
    sorted.removeIf(Stored::pinned);
    sorted.sort(Comparator.comparingDouble(Stored::standing).thenComparing(Stored::digest));
    var bytes = 0L;
    var count = 0;
    while (bytes < bytesToFree && count < sorted.size()) {
      bytes += sorted.get(count++).bytes();
    }
    return sorted.subList(0, count);
  }

  @Test
  void expected_seconds_follow_from_the_rate_of_hits() {
    var worth = Worth.NONE;
    for (var hour = 0; hour < 24 * 30; hour++) {
      worth = policy.hit(worth, 2, NOW.plus(Duration.ofHours(hour)));
    }

    var now = NOW.plus(Duration.ofDays(30));

    assertThat(policy.expectedSeconds(worth, now, DAY)).isCloseTo(48, within(1.0));
  }

  @Test
  void senseless_settings_are_refused() {
    assertThatThrownBy(() -> EvictionPolicy.withHalfLife(Duration.ZERO)).hasMessageContaining("half-life");
    assertThatThrownBy(() -> new EvictionPolicy(DAY, 1.5, 1)).hasMessageContaining("1.5");
    assertThatThrownBy(() -> new EvictionPolicy(DAY, 1, 0)).hasMessageContaining("overhead");
  }

  private Stored stored(String name, long bytes, double seconds) {
    return new Stored(digest(name), bytes, policy.standing(policy.hit(Worth.NONE, seconds, NOW), bytes, NOW, 0), false);
  }

  private static Digest digest(String name) {
    return Digest.sha256(name.getBytes(StandardCharsets.UTF_8));
  }
}
