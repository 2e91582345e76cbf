package io.cts.delta.encode;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class AdditionsTest {
  private static final long SEED = Long.getLong("cts.seed", System.nanoTime());
  private final Random random = new Random(SEED);

  @Test
  void code_that_moved_and_whose_addresses_changed_is_told_by_two_stretches() {
    var old = noise(20_000);
    var young = new byte[old.length + 700];
    System.arraycopy(old, 0, young, 0, 8000);
    System.arraycopy(noise(700), 0, young, 8000, 700);
    System.arraycopy(old, 8000, young, 8700, old.length - 8000);
    for (var i = 50; i < young.length; i += 50) {
      young[i]++;
    }

    var additions = Additions.of(old, young);

    assertThat(additions).as("-Dcts.seed=%d", SEED).hasSize(2);
    assertThat(additions.getFirst().at()).isZero();
    assertThat(additions.getFirst().end()).isBetween(7990, 8040);
    assertThat(additions.getLast().at()).isBetween(8660, 8710);
    assertThat(additions.getLast().from()).isEqualTo(additions.getLast().at() - 700);
    assertThat(additions.getLast().end()).isEqualTo(young.length);
  }

  @Test
  void what_has_nothing_in_common_gives_none() {
    assertThat(Additions.of(noise(5000), noise(5000))).isEmpty();
    assertThat(Additions.of(new byte[0], noise(5000))).isEmpty();
    assertThat(Additions.of(noise(5000), new byte[0])).isEmpty();
  }

  @Test
  void stretches_follow_each_other_and_lie_within_both() {
    for (var round = 0; round < 300; round++) {
      var old = program(random.nextInt(3000));
      var young = rebuilt(old);
      var end = 0;
      for (var addition : Additions.of(old, young)) {
        assertThat(addition.at()).as("-Dcts.seed=%d, round %d", SEED, round).isGreaterThanOrEqualTo(end);
        assertThat(addition.bytes()).isPositive();
        assertThat(addition.from()).isNotNegative();
        assertThat(addition.from() + addition.bytes()).isLessThanOrEqualTo(old.length);
        end = addition.end();
      }
      assertThat(end).isLessThanOrEqualTo(young.length);
    }
  }

  private byte[] noise(int count) {
    var bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  private byte[] program(int count) {
    var bytes = new byte[count];
    for (var i = 0; i < count; i++) {
      bytes[i] = i > 40 && random.nextInt(20) > 0 ? bytes[i - 40] : (byte) random.nextInt(1 + random.nextInt(256));
    }
    return bytes;
  }

  /** With parts left out, put in, moved and changed. */
  private byte[] rebuilt(byte[] old) {
    var young = new byte[random.nextInt(4000)];
    for (var done = 0; done < young.length;) {
      var count = Math.min(young.length - done, 1 + random.nextInt(300));
      if (old.length > 0 && random.nextInt(5) > 0) {
        var from = random.nextInt(old.length);
        count = Math.min(count, old.length - from);
        System.arraycopy(old, from, young, done, count);
      } else {
        System.arraycopy(noise(count), 0, young, done, count);
      }
      for (var i = done + random.nextInt(40); i < done + count; i += 1 + random.nextInt(60)) {
        young[i] += (byte) random.nextInt(3);
      }
      done += count;
    }
    return young;
  }
}
