package io.cts.probereceiver.pulls;

import static org.assertj.core.api.Assertions.assertThat;

import io.cts.contract.PullRequested.Origin;
import io.cts.contract.TransferObserved;
import io.cts.probereceiver.Told;
import io.cts.probereceiver.transfers.Transfer;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DeliveryTest {
  private final Told told = Told.pull("docker.io/library/nginx:1.27");
  private final PullStory ready = PullStory.begun(told.pull(), told.at())
      .told(told.requested(Origin.ENGINE))
      .told(told.planned())
      .told(told.ready());

  private static Delivery of(TransferObserved... observed) {
    return new Delivery(Stream.of(observed).map(DeliveryTest::transfer).toList());
  }

  static Transfer transfer(TransferObserved observed) {
    var seconds = Objects.requireNonNull(observed.seconds());
    return new Transfer(observed.node(), observed.engine(), observed.blob(), observed.diffId(), observed.encoding(),
        observed.wireBytes(), observed.complete(), observed.startedAt(),
        observed.startedAt().plusMillis(Math.round(1000 * seconds)), seconds, observed.source(), null);
  }

  @Test
  void a_pull_is_over_a_minute_after_its_last_layer() {
    var both = of(told.sent(1, 0, 5), told.sent(2, 1, 9));

    assertThat(both.isOver(ready, told.at().plusSeconds(69))).isFalse();
    assertThat(both.isOver(ready, told.at().plusSeconds(70))).isTrue();
  }

  @Test
  void a_pull_of_which_nothing_went_out_is_not_over() {
    assertThat(of().isOver(ready, told.at().plusSeconds(100_000))).isFalse();
  }

  @Test
  void a_layer_that_nobody_asked_for_counts_as_held_once_it_cannot_be_on_its_way() {
    var one = of(told.sent(1, 0, 5));

    assertThat(one.isOver(ready, told.at().plusSeconds(65))).isFalse();
    assertThat(one.isOver(ready, told.at().plusSeconds(65 + 2 * 10))).isTrue();
  }

  @Test
  void a_cut_layer_holds_the_pull_open_until_it_was_sent_again() {
    var cut = of(told.sent(1, 0, 5), told.cut(2, 1, 3));
    var again = of(told.sent(1, 0, 5), told.sent(2, 6, 4), told.cut(2, 1, 3));

    assertThat(cut.isOver(ready, told.at().plusSeconds(1000))).isFalse();
    assertThat(again.isOver(ready, told.at().plusSeconds(1000))).isTrue();
  }
}
