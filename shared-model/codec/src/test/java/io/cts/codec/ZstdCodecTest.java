package io.cts.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.cts.contract.CodecFamily;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ZstdCodecTest extends CodecContract {
  private final Command zstd = new Command("zstd");

  ZstdCodecTest() {
    super(CodecFamily.ZSTD);
  }

  @Override
  int usualLevel() {
    return 3;
  }

  @Test
  void frames_follow_each_other_and_skippable_ones_are_skipped() throws Exception {
    var first = sample(9_000_000); // three frames of its own, and a seek table
    var last = sample(1000);
    var skippable = new byte[]{0x50, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 7, 7, 7};
    var frames = concatenated(skippable, encode(first), encode(new byte[0]), skippable, encode(last), skippable);
    assertThat(decode(frames)).isEqualTo(concatenated(first, last));
  }

  @Test
  void a_layer_of_zeros_is_read_however_small_it_became(@TempDir Path folder) throws Exception {
    var zeros = new byte[8 << 20];
    assertThat(decode(new ByteArrayInputStream(encode(zeros, 19)), DecodeBounds.LAYER)).isEqualTo(zeros);
    assertThat(decode(new ByteArrayInputStream(zstd.run(folder, zeros, "-c", "-3")), DecodeBounds.LAYER))
        .isEqualTo(zeros);
  }

  @Test
  void a_window_beyond_the_bound_is_refused(@TempDir Path folder) throws Exception {
    var plain = sample(3_000_000);
    var wide = zstd.run(folder, plain, "-c", "--long=27", "--stream-size=200000000", "--no-check");
    var narrow = new DecodeBounds(1L << 30, 1100, 20);
    assertThatExceptionOfType(MalformedLayer.class).isThrownBy(() -> decode(new ByteArrayInputStream(wide), narrow))
        .withMessageContaining("too much memory");
  }

  @Test
  void the_zstd_command_reads_what_is_written(@TempDir Path folder) throws Exception {
    var plain = sample(9_000_000);
    for (var level : new int[]{1, 3, 9, 19}) {
      assertThat(zstd.run(folder, encode(plain, level), "-dc")).isEqualTo(plain);
    }
  }

  @Test
  void what_the_zstd_command_writes_is_read(@TempDir Path folder) throws Exception {
    var plain = sample(9_000_000);
    for (var level : new String[]{"-1", "-3", "-19", "--fast=3"}) {
      assertThat(decode(zstd.run(folder, plain, "-c", level))).isEqualTo(plain);
    }
  }
}
