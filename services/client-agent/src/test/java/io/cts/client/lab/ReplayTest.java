package io.cts.client.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplayTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private final List<Access> accesses = new ArrayList<>();

  @Test
  void least_recently_used_forgets_the_oldest() {
    request("a", 10, 1);
    request("b", 10, 1);
    request("a", 10, 1);
    request("c", 10, 1);
    request("b", 10, 1);
    request("a", 10, 1);

    var outcome = Replay.of(trace(), new Replay.LeastRecentlyUsed(20));

    assertThat(outcome).isEqualTo(new Replay.Outcome(1 / 6.0, 1 / 6.0, 1));
  }

  @Test
  void ours_keeps_what_is_dear() {
    for (var round = 0; round < 50; round++) {
      request("dear", 1_000_000, 60);
      for (var cheap = 0; cheap < 5; cheap++) {
        request("cheap-" + round + "-" + cheap, 1_000_000, 0.1);
      }
    }

    assertThat(Replay.of(trace(), new Replay.LeastRecentlyUsed(3_000_000)).secondsSaved()).isZero();
    assertThat(Replay.of(trace(), new Replay.LeastWorth(3_000_000, Duration.ofDays(1))).secondsSaved())
        .isEqualTo(49 * 60);
  }

  @Test
  void what_is_larger_than_the_store_is_never_found_and_empties_nothing() {
    request("small", 10, 1);
    request("huge", 1000, 1);
    request("huge", 1000, 1);
    request("small", 10, 1);

    assertThat(Replay.of(trace(), new Replay.LeastRecentlyUsed(100)).byRequests()).isEqualTo(0.25);
  }

  private void request(String key, long bytes, double seconds) {
    accesses.add(new Access(START.plusSeconds(accesses.size()), key, bytes, seconds));
  }

  private AccessTrace trace() {
    return new AccessTrace("made by hand", false, accesses);
  }
}
