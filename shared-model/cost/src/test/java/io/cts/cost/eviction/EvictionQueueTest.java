package io.cts.cost.eviction;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EvictionQueueTest {
  private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");
  private final EvictionQueue<String> queue = new EvictionQueue<>(EvictionPolicy.withHalfLife(Duration.ofDays(1)),
      1000);

  @Test
  void a_hit_moves_a_thing_behind_the_others() {
    queue.add("first", 1000, 2, NOW);
    queue.add("second", 1000, 3, NOW);

    assertThat(queue.hit("first", 2, NOW)).isTrue();

    assertThat(queue.shrinkTo(1000, _ -> false)).extracting(EvictionQueue.Entry::key).containsExactly("second");
    assertThat(queue.bytes()).isEqualTo(1000);
  }

  @Test
  void a_stale_heavy_hitter_leaves_after_much_else_came_and_went() {
    queue.add("stale", 1000, 5, NOW);
    for (var hit = 0; hit < 1000; hit++) {
      queue.hit("stale", 5, NOW);
    }

    var things = 0;
    while (queue.find("stale").isPresent() && things < 5000) {
      queue.add("thing-" + things++, 1000, 20, NOW.plusSeconds(things));
      queue.shrinkTo(10_000, _ -> false);
    }

    assertThat(things).isBetween(10, 1000);
  }

  @Test
  void pinned_things_are_passed_over() {
    queue.add("pinned", 1000, 0, NOW);
    queue.add("free", 1000, 3, NOW);

    assertThat(queue.shrinkTo(0, "pinned"::equals)).extracting(EvictionQueue.Entry::key).containsExactly("free");
    assertThat(queue.find("pinned")).isPresent();
    assertThat(queue.size()).isEqualTo(1);
  }

  @Test
  void what_left_is_remembered_when_it_comes_back() {
    queue.add("again", 1000, 2, NOW);
    queue.hit("again", 2, NOW);
    queue.shrinkTo(0, _ -> false);

    queue.add("again", 1000, 2, NOW);

    assertThat(queue.find("again").orElseThrow().worth()).isEqualTo(new Worth(6, NOW));
  }

  @Test
  void only_so_many_that_left_are_remembered() {
    var forgetful = new EvictionQueue<String>(EvictionPolicy.withHalfLife(Duration.ofDays(1)), 1);
    forgetful.add("forgotten", 1000, 1, NOW);
    forgetful.add("remembered", 1000, 2, NOW);
    forgetful.shrinkTo(0, _ -> false);

    forgetful.add("forgotten", 1000, 1, NOW);
    forgetful.add("remembered", 1000, 2, NOW);

    assertThat(forgetful.find("forgotten").orElseThrow().worth().seconds()).isEqualTo(1);
    assertThat(forgetful.find("remembered").orElseThrow().worth().seconds()).isEqualTo(4);
  }

  @Test
  void what_is_not_there_is_no_hit() {
    assertThat(queue.hit("nobody", 1, NOW)).isFalse();
    assertThat(queue.remove("nobody")).isFalse();
  }

  @Test
  void adding_again_counts_the_bytes_once() {
    queue.add("a", 10, 1, NOW);
    queue.add("a", 30, 1, NOW);

    assertThat(queue.bytes()).isEqualTo(30);
    assertThat(queue.remove("a")).isTrue();
    assertThat(queue.bytes()).isZero();
  }

  @Test
  void after_a_restart_the_order_is_as_noted() {
    queue.restore("old", 1000, new Worth(3, NOW));
    queue.restore("dear", 1000, new Worth(9, NOW));

    assertThat(queue.shrinkTo(1000, _ -> false)).extracting(EvictionQueue.Entry::key).containsExactly("old");
  }

  /** Zipf-like popularity that drifts, sizes over five magnitudes, costs that differ tenfold. */
  @Test
  void saves_more_seconds_than_least_recently_used_on_a_drifting_trace() {
    var random = new Random(7);
    var capacity = 20_000_000L;
    var lru = new LruBytes(capacity);
    var lruSaved = 0.0;
    var saved = 0.0;
    for (var access = 0; access < 60_000; access++) {
      var now = NOW.plusSeconds(access * 60L);
      var rank = (int) Math.exp(random.nextDouble() * Math.log(2000));
      var key = "blob-" + (rank + access / 3000 * 7);
      var traits = new Random(key.hashCode() * 0x9E3779B97F4A7C15L);
      var bytes = (long) Math.exp(traits.nextDouble(Math.log(1e3), Math.log(1e7)));
      var seconds = 0.2 + bytes / traits.nextDouble(1e6, 1e7);
      if (lru.access(key, bytes)) {
        lruSaved += seconds;
      }
      if (queue.hit(key, seconds, now)) {
        saved += seconds;
      } else {
        queue.add(key, bytes, seconds, now);
        queue.shrinkTo(capacity, _ -> false);
      }
    }
    assertThat(saved).isGreaterThan(lruSaved * 1.1);
    assertThat(queue.bytes()).isLessThanOrEqualTo(capacity);
  }

  private static final class LruBytes {
    private final LinkedHashMap<String, Long> oldestFirst = new LinkedHashMap<>(16, 0.75f, true);
    private final long capacity;
    private long bytes;

    LruBytes(long capacity) {
      this.capacity = capacity;
    }

    boolean access(String key, long size) {
      if (oldestFirst.get(key) != null) {
        return true;
      }
      oldestFirst.put(key, size);
      bytes += size;
      for (var oldest = oldestFirst.entrySet().iterator(); bytes > capacity; oldest.remove()) {
        bytes -= oldest.next().getValue();
      }
      return false;
    }
  }
}
