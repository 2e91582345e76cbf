package io.cts.delta.encode;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SuffixArrayTest {
  private static final long SEED = Long.getLong("cts.seed", System.nanoTime());
  private final Random random = new Random(SEED);

  @Test
  void suffixes_are_in_the_order_that_comparing_them_gives() {
    for (var round = 0; round < 400; round++) {
      var text = text(random.nextInt(300));
      var compared = IntStream.range(0, text.length)
          .boxed()
          .sorted((one, other) -> Arrays.compareUnsigned(text, one, text.length, text, other, text.length))
          .mapToInt(Integer::intValue)
          .toArray();
      assertThat(new SuffixArray(text).suffixes()).as("-Dcts.seed=%d, round %d", SEED, round).isEqualTo(compared);
    }
  }

  @Test
  void the_longest_match_is_found() {
    for (var round = 0; round < 400; round++) {
      var text = text(random.nextInt(300));
      var wanted = text(1 + random.nextInt(50));
      var longest = 0;
      for (var at = 0; at < text.length; at++) {
        longest = Math.max(longest, common(text, at, wanted));
      }
      var match = new SuffixArray(text).longest(wanted, 0);
      assertThat(match.bytes()).as("-Dcts.seed=%d, round %d", SEED, round).isEqualTo(longest);
      assertThat(longest == 0 ? 0 : common(text, match.at(), wanted)).isEqualTo(longest);
    }
  }

  private static int common(byte[] text, int at, byte[] wanted) {
    var most = Math.min(text.length - at, wanted.length);
    var mismatch = Arrays.mismatch(text, at, at + most, wanted, 0, most);
    return mismatch < 0 ? most : mismatch;
  }

  /** Of few different bytes or many, at times with repetitions. */
  private byte[] text(int length) {
    var text = new byte[length];
    var kinds = 1 + random.nextInt(random.nextBoolean() ? 3 : 256);
    for (var i = 0; i < length; i++) {
      text[i] = i > 8 && random.nextInt(3) == 0 ? text[i - 1 - random.nextInt(8)] : (byte) random.nextInt(kinds);
    }
    return text;
  }
}
