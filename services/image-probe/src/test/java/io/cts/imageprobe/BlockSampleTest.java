package io.cts.imageprobe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class BlockSampleTest {
  private static final int BLOCK = BlockSample.BLOCK_BYTES;

  @Test
  void a_short_stream_is_kept_whole() {
    var sample = new BlockSample();
    var bytes = new byte[2 * BLOCK + 7];
    Arrays.fill(bytes, 2 * BLOCK, bytes.length, (byte) 3);
    sample.add(bytes, 0, 100);
    sample.add(bytes, 100, bytes.length - 100);
    assertThat(sample.blocks()).extracting(block -> block.length).containsExactly(BLOCK, BLOCK, 7);
    assertThat(sample.blocks().getLast()).containsOnly(3);
  }

  @Test
  void of_a_long_stream_few_blocks_are_kept_at_even_distances() {
    var sample = new BlockSample();
    for (var i = 0; i < 1000; i++) {
      var block = new byte[BLOCK];
      block[0] = (byte) (i >> 8);
      block[1] = (byte) i;
      sample.add(block, 0, BLOCK);
    }
    var numbers = sample.blocks().stream().map(block -> block[0] << 8 | block[1] & 0xff).toList();
    assertThat(numbers).hasSizeBetween(32, 64);
    for (var i = 0; i < numbers.size(); i++) {
      assertThat(numbers.get(i)).isEqualTo(16 * i);
    }
  }

  @Test
  void nothing_is_kept_of_nothing() {
    assertThat(new BlockSample().blocks()).isEmpty();
  }
}
