package io.cts.probereceiver.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import io.cts.contract.Digest;
import io.cts.contract.TransferObserved.Source;
import io.cts.probereceiver.Told;
import io.cts.probereceiver.transfers.Transfer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GroupTest {
  private static Transfer transfer(int blob, double from, double to, long offset, long bytes, boolean complete) {
    return new Transfer(Told.EDGE, Told.CONTAINERD, Digest.sha256(new byte[blob]), null, null, offset, bytes, complete,
        at(from), at(to), to - from, Source.DISK, null, null);
  }

  private static Transfer whole(int blob, double from, double to) {
    return transfer(blob, from, to, 0, 10 * Group.LEAST_BYTES, true);
  }

  private static Instant at(double seconds) {
    return Told.NOON.plusMillis(Math.round(1000 * seconds));
  }

  private static Optional<Instant> shown(Transfer... transfers) {
    return Group.lastShown(List.of(transfers));
  }

  @Test
  void one_blob_that_goes_out_twice_at_a_time_shows_a_group() {
    assertThat(shown(whole(1, 0, 4), whole(1, 3, 6), whole(2, 8, 9))).hasValue(at(6));
  }

  @Test
  void several_blobs_at_a_time_are_what_an_engine_asks_for() {
    assertThat(shown(whole(1, 0, 4), whole(2, 0, 4), whole(3, 1, 6))).isEmpty();
  }

  @Test
  void the_same_blob_once_more_later_is_one_that_was_thrown_away() {
    assertThat(shown(whole(1, 0, 4), whole(1, 4, 8))).isEmpty();
  }

  @Test
  void parts_of_a_blob_at_a_time_are_one_that_is_fetched_in_pieces() {
    assertThat(shown(whole(1, 0, 4), transfer(1, 0, 4, 10 * Group.LEAST_BYTES, 10 * Group.LEAST_BYTES, true)))
        .isEmpty();
  }

  @Test
  void one_that_was_cut_and_begun_again_shows_nothing() {
    assertThat(shown(transfer(1, 0, 4, 0, 5 * Group.LEAST_BYTES, false), whole(1, 3, 6))).isEmpty();
  }

  @Test
  void an_empty_layer_may_stand_in_an_image_twice() {
    assertThat(shown(transfer(1, 0, 4, 0, 32, true), transfer(1, 0, 4, 0, 32, true))).isEmpty();
  }
}
