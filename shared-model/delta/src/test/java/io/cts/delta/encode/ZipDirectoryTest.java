package io.cts.delta.encode;

import static org.assertj.core.api.Assertions.assertThat;

import io.cts.delta.MemoryLayer;
import io.cts.delta.RandomZips;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ZipDirectoryTest {
  private static final long SEED = Long.getLong("cts.seed", System.nanoTime());

  @Test
  void entries_are_told_in_their_order_with_what_lies_between_them() throws Exception {
    var zip = new RandomZips(SEED).zip();
    var before = 7;
    var layer = new byte[before + zip.length + 3];
    System.arraycopy(zip, 0, layer, before, zip.length);

    var directory = ZipDirectory.read(new MemoryLayer(layer), before, zip.length).orElseThrow();

    var end = (long) before;
    for (var entry : directory.entries()) {
      assertThat(entry.gapStart()).as("-Dcts.seed=%d", SEED).isEqualTo(end);
      assertThat(entry.at()).isGreaterThan(end);
      assertThat(entry.bytes()).isPositive();
      end = entry.end();
    }
    assertThat(end).isLessThan(before + zip.length);
  }

  @Test
  void what_is_no_zip_file_or_a_damaged_one_is_none_or_lies_within_its_bytes() throws Exception {
    var random = new Random(SEED);
    var zip = new RandomZips(SEED).zip();
    for (var i = 0; i < 300; i++) {
      var damaged = zip.clone();
      for (var flips = 1 + random.nextInt(3); flips > 0; flips--) {
        var at = random.nextBoolean() ? random.nextInt(zip.length) : zip.length - 1 - random.nextInt(80);
        damaged[at] ^= (byte) (1 << random.nextInt(8));
      }
      var bytes = random.nextInt(4) == 0 ? random.nextInt(damaged.length) : damaged.length;
      for (var directory : read(Arrays.copyOf(damaged, bytes)).stream().toList()) {
        assertThat(directory.entries()).as("-Dcts.seed=%d, round %d", SEED, i)
            .allSatisfy(entry -> assertThat(entry.end()).isLessThanOrEqualTo(bytes));
      }
    }
  }

  private static Optional<ZipDirectory> read(byte[] bytes) throws IOException {
    return ZipDirectory.read(new MemoryLayer(bytes), 0, bytes.length);
  }
}
