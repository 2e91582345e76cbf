package io.cts.client.agent;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A link is played: so many bytes a second come over it, at most so many over one stream. Time is played, too. */
class LinkUseTest {
  private static final long MILLISECOND = 1_000_000;
  private final LinkUse use = new LinkUse();
  private long now = 1;

  private void play(double seconds, double linkRate, double streamRate) {
    for (var millis = 0; millis < seconds * 1_000; millis++) {
      now += MILLISECOND;
      use.received((int) (Math.min(linkRate, use.streams() * streamRate) / 1_000), true, now);
    }
  }

  @Test
  void streams_are_added_until_the_link_is_full_and_not_much_further() {
    use.answered(0.1);

    play(10, 12.5e6, 2.5e6); // 100 Mbit/s; a window of 256 KB over 100 ms

    assertThat(use.streams()).isBetween(5, 17);
    assertThat(use.rate()).isGreaterThan(11e6);
  }

  @Test
  void one_stream_that_fills_the_link_is_left_nearly_alone() {
    use.answered(0.001);

    play(10, 12.5e6, 1e9);

    assertThat(use.streams()).isLessThanOrEqualTo(8);
    assertThat(use.rangeBytes()).isBetween(256L << 10, 8L << 20);
  }

  @Test
  void after_a_break_there_are_fewer_and_soon_enough_again() {
    use.answered(0.1);
    play(10, 12.5e6, 2.5e6);
    var before = use.streams();

    use.broke();
    use.broke();

    assertThat(use.streams()).isEqualTo(before / 2);
    play(5, 12.5e6, 2.5e6);
    assertThat(use.rate()).isGreaterThan(11e6);
  }
}
