package io.cts.client.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GeneratedTraceTest {
  private AccessTrace trace = new AccessTrace("none yet", false, List.of());

  @BeforeAll
  void generate() {
    trace = GeneratedTrace.of(TraceParameters.checkedIn(), 1);
  }

  @Test
  void the_same_seed_gives_the_same_trace() {
    assertThat(GeneratedTrace.of(TraceParameters.checkedIn(), 1)).isEqualTo(trace);
    assertThat(GeneratedTrace.of(TraceParameters.checkedIn(), 2).accesses()).isNotEqualTo(trace.accesses());
  }

  @Test
  void requests_are_in_the_order_of_time() {
    assertThat(trace.accesses()).isSortedAccordingTo(Comparator.comparing(Access::at));
  }

  @Test
  void as_many_layers_are_small_as_was_published() {
    var sizes = new HashMap<String, Long>();
    trace.accesses()
        .stream()
        .filter(access -> access.key().endsWith("/gzip"))
        .forEach(access -> sizes.put(access.key(), access.bytes()));

    assertThat(share(sizes.values().stream().filter(bytes -> bytes <= 1_000_000).count(), sizes.size()))
        .isBetween(0.60, 0.70);
    assertThat(share(sizes.values().stream().filter(bytes -> bytes <= 10_000_000).count(), sizes.size()))
        .isBetween(0.75, 0.85);
  }

  @Test
  void the_most_wanted_hundredth_of_the_layers_takes_as_many_requests_as_was_published() {
    var requests = new HashMap<String, Integer>();
    trace.accesses()
        .forEach(
            access -> requests.merge(access.key().substring(0, access.key().indexOf('/')), 1, Integer::sum));
    var most = requests.values()
        .stream()
        .sorted(Comparator.reverseOrder())
        .limit(requests.size() / 100)
        .mapToLong(Integer::longValue)
        .sum();

    assertThat(share(most, trace.accesses().size())).isBetween(0.42, 0.59);
  }

  private static double share(long part, long whole) {
    return (double) part / whole;
  }
}
