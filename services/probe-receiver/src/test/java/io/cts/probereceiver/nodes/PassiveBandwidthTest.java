package io.cts.probereceiver.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import io.cts.contract.Digest;
import io.cts.contract.TransferObserved.Source;
import io.cts.probereceiver.Told;
import io.cts.probereceiver.transfers.Transfer;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.api.Assertions;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PassiveBandwidthTest {
  private static final long MB = 1_000_000;
  private static final Offset<Double> CLOSE = Assertions.within(0.001);

  private static Transfer transfer(double from, @Nullable Double seconds, long bytes, boolean complete, Source source) {
    var start = Told.NOON.plusNanos(Math.round(from * 1e9));
    return new Transfer(Told.EDGE, Told.CONTAINERD, Digest.sha256(new byte[0]), null, null, bytes, complete, start,
        start.plusNanos(Math.round((seconds == null ? 0 : seconds) * 1e9)), seconds, source, null);
  }

  private static Transfer sent(double from, double seconds, long bytes) {
    return transfer(from, seconds, bytes, true, Source.DISK);
  }

  private static PassiveBandwidth of(Transfer... transfers) {
    return PassiveBandwidth.of(List.of(transfers)).orElseThrow();
  }

  @Test
  void one_long_transfer_tells_the_bandwidth() {
    var seen = of(sent(0, 4, 10 * MB));

    assertThat(seen.mbps()).isCloseTo(20, CLOSE);
    assertThat(seen.isLowerBound()).isFalse();
    assertThat(seen.until()).isEqualTo(Told.NOON.plusSeconds(4));
  }

  @Test
  void transfers_at_the_same_time_share_the_link_and_pauses_do_not_count() {
    var seen = of(sent(0, 2, 5 * MB), sent(1, 2, 5 * MB), sent(60, 1, 10 * MB));

    assertThat(seen.mbps()).isCloseTo(8 * 20 / 4.0, CLOSE);
    assertThat(seen.isLowerBound()).isFalse();
  }

  @Test
  void a_transfer_within_another_adds_bytes_and_no_time() {
    assertThat(of(sent(0, 4, 5 * MB), sent(1, 1, 5 * MB)).mbps()).isCloseTo(20, CLOSE);
  }

  @Test
  void less_than_two_seconds_give_a_lower_bound_from_the_bytes_beyond_the_send_buffer() {
    var seen = of(sent(0, 1, PassiveBandwidth.SEND_BUFFER_BYTES + 10 * MB));

    assertThat(seen.mbps()).isCloseTo(80, CLOSE);
    assertThat(seen.isLowerBound()).isTrue();
  }

  @Test
  void what_fits_into_the_send_buffer_in_no_time_tells_nothing() {
    assertThat(PassiveBandwidth.of(List.of(sent(0, 0.001, 2 * MB), sent(1, 0, 100)))).isEmpty();
    assertThat(PassiveBandwidth.of(List.of())).isEmpty();
  }

  @Test
  void any_number_of_ranges_that_fit_into_the_send_buffer_tells_nothing() {
    var ranges = IntStream.range(0, 4000).mapToObj(i -> sent(i, 0.001, MB / 2)).toList();

    assertThat(PassiveBandwidth.of(ranges)).isEmpty();
  }

  @Test
  void what_fits_into_the_send_buffer_counts_beside_what_does_not() {
    var seen = of(sent(0, 4, 10 * MB), sent(1, 0.001, MB), sent(60, 0.001, MB));

    assertThat(seen.mbps()).isCloseTo(22, CLOSE);
    assertThat(seen.isLowerBound()).isFalse();
  }

  @Test
  void a_transfer_that_nobody_timed_tells_nothing() {
    assertThat(PassiveBandwidth.of(List.of(transfer(0, null, 500 * MB, true, Source.DISK)))).isEmpty();
  }

  @Test
  void bytes_not_known_received_beside_known_ones_make_a_lower_bound() {
    var cut = transfer(1, 2.0, 50 * MB, false, Source.DISK);
    var seen = of(sent(0, 4, 10 * MB), cut);

    assertThat(seen.mbps()).isCloseTo(20, CLOSE);
    assertThat(seen.isLowerBound()).isTrue();
  }

  @Test
  void a_cut_transfer_at_another_time_changes_nothing() {
    assertThat(of(sent(0, 4, 10 * MB), transfer(10, 2.0, 50 * MB, false, Source.DISK)).isLowerBound()).isFalse();
  }

  @Test
  void streaming_through_from_upstream_is_a_lower_bound_however_long() {
    var seen = of(transfer(0, 10.0, PassiveBandwidth.SEND_BUFFER_BYTES + 10 * MB, true, Source.UPSTREAM));

    assertThat(seen.mbps()).isCloseTo(8, CLOSE);
    assertThat(seen.isLowerBound()).isTrue();
  }

  @Test
  void what_happened_long_before_the_newest_transfer_is_another_time() {
    assertThat(of(sent(0, 10, 250 * MB), sent(3600, 4, 10 * MB)).mbps()).isCloseTo(20, CLOSE);
  }
}
