package io.cts.delta.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ChunkerTest {
  private static final long SEED = Long.getLong("cts.seed", System.nanoTime());

  @Test
  void cut_points_never_move() {
    assertThat(cuts(goldenInput(), ChunkSizes.around(8 << 10))).startsWith(FIRST_OF_8_KIB);
    assertThat(cuts(goldenInput(), ChunkSizes.around(64 << 10))).containsExactly(ALL_OF_64_KIB);
  }

  @Test
  void it_does_not_matter_how_the_bytes_come() {
    var random = new Random(SEED);
    var bytes = goldenInput();
    var collecting = new Collecting();
    var chunker = new Chunker(ChunkSizes.around(8 << 10), collecting);
    for (var done = 0; done < bytes.length;) {
      var count = Math.min(bytes.length - done, 1 + random.nextInt(5000));
      chunker.accept(bytes, done, count);
      done += count;
    }
    chunker.finish();
    assertThat(collecting.cuts).as("-Dcts.seed=%d", SEED).isEqualTo(cuts(bytes, ChunkSizes.around(8 << 10)));
    assertThat(collecting.bytes).isEqualTo(bytes.length);
  }

  @Test
  void after_an_insertion_cuts_soon_fall_into_the_same_places() {
    var bytes = goldenInput();
    var shifted = new byte[bytes.length + 100];
    System.arraycopy(bytes, 0, shifted, 100, bytes.length);
    var before = cuts(bytes, ChunkSizes.around(8 << 10));
    var after = cuts(shifted, ChunkSizes.around(8 << 10)).stream().map(cut -> cut - 100).toList();
    assertThat(before.stream().filter(after::contains).count()).isGreaterThan(before.size() * 9L / 10);
  }

  @Test
  void sizes_are_kept_and_about_normal() {
    var sizes = new ChunkSizes(2 << 10, 8 << 10, 32 << 10);
    var bytes = new byte[4 << 20];
    new Random(SEED).nextBytes(bytes);
    var before = 0;
    var cuts = cuts(bytes, sizes);
    for (var cut : cuts) {
      assertThat(cut - before).as("-Dcts.seed=%d", SEED)
          .isBetween(cut == bytes.length ? 1 : sizes.least(), sizes.most());
      before = cut;
    }
    assertThat(before).isEqualTo(bytes.length);
    assertThat(bytes.length / cuts.size()).isBetween(7 << 10, 13 << 10);
  }

  @Test
  void what_never_says_where_is_cut_at_the_most() {
    assertThat(cuts(new byte[100_000], new ChunkSizes(2 << 10, 8 << 10, 32 << 10)))
        .containsExactly(32768, 65536, 98304, 100_000);
    assertThat(cuts(new byte[0], ChunkSizes.around(8 << 10))).isEmpty();
  }

  @Test
  void sizes_that_make_no_sense_are_refused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new ChunkSizes(2048, 8000, 32768));
    assertThatIllegalArgumentException().isThrownBy(() -> new ChunkSizes(16384, 8192, 32768));
  }

  /** The same on every machine and JDK: SplittableRandom is specified. */
  private static byte[] goldenInput() {
    var random = new SplittableRandom(20260101);
    var bytes = new byte[1 << 20];
    for (var i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) random.nextInt();
    }
    return bytes;
  }

  private static List<Integer> cuts(byte[] bytes, ChunkSizes sizes) {
    var collecting = new Collecting();
    var chunker = new Chunker(sizes, collecting);
    chunker.accept(bytes, 0, bytes.length);
    chunker.finish();
    return collecting.cuts;
  }

  private static final class Collecting implements Chunker.Listener {
    final List<Integer> cuts = new ArrayList<>();
    int bytes;

    @Override
    public void bytes(byte[] buffer, int offset, int length) {
      bytes += length;
    }

    @Override
    public void cut(int chunkBytes) {
      cuts.add((cuts.isEmpty() ? 0 : cuts.getLast()) + chunkBytes);
    }
  }

  private static final Integer[] FIRST_OF_8_KIB = {8255, 18609, 28074, 45591, 53989, 67308, 76021, 85446, 93862, 104286,
      112687, 117765, 131748, 143848, 152165, 163981, 175648, 185905, 191570, 207846, 216587, 226424, 235098, 245192};
  private static final Integer[] ALL_OF_64_KIB = {71552, 143848, 212062, 286108, 374067, 445872, 577944, 655027, 722144,
      798122, 865435, 883735, 956483, 1026641, 1048576};
}
