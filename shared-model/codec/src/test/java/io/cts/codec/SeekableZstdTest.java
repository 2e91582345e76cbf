package io.cts.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.cts.contract.CodecFamily;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeekableZstdTest {
  private static final long SEED = Long.getLong("cts.seed", System.nanoTime());
  private static final int FRAME = ZstdCodec.framePlainBytes(1);

  @Test
  void any_offset_of_the_plain_bytes_can_be_read_from(@TempDir Path folder) throws Exception {
    System.out.println("inputs are made from -Dcts.seed=" + SEED);
    var plain = LayerLike.bytes(SEED, 2 * FRAME + 12_345);
    var seekable = SeekableZstd.of(Files.write(folder.resolve("layer.zst"), encode(plain)));
    var random = new Random(SEED);
    var offsets = new int[]{0, 1, FRAME - 1, FRAME, FRAME + 1, 2 * FRAME, plain.length - 1, plain.length,
        random.nextInt(plain.length), random.nextInt(plain.length)};
    assertThat(seekable.plainBytes()).isEqualTo(plain.length);
    assertThat(seekable.frames()).isEqualTo(3);
    for (var offset : offsets) {
      try (var in = seekable.from(offset)) {
        assertThat(in.readAllBytes()).as("from %d", offset).isEqualTo(Arrays.copyOfRange(plain, offset, plain.length));
      }
    }
  }

  @Test
  void an_empty_layer_is_seekable_too() throws Exception {
    var seekable = of(encode(new byte[0]));
    assertThat(seekable.plainBytes()).isZero();
    assertThat(seekable.from(0).readAllBytes()).isEmpty();
  }

  @Test
  void only_the_frames_from_the_offset_on_are_read() throws Exception {
    var file = encode(LayerLike.bytes(SEED, 3 * FRAME));
    Arrays.fill(file, 0, 100_000, (byte) 0); // the first frame is gone
    assertThat(of(file).from(FRAME).readAllBytes()).hasSize(2 * FRAME);
  }

  @Test
  void an_offset_past_the_end_is_refused() throws Exception {
    var seekable = of(encode(new byte[10]));
    assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> seekable.from(11));
    assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> seekable.from(-1));
  }

  @Test
  void a_file_without_a_seek_table_is_malformed() {
    assertThatExceptionOfType(MalformedLayer.class).isThrownBy(() -> of(new byte[100]))
        .withMessageContaining("no zstd seek table");
    assertThatExceptionOfType(MalformedLayer.class).isThrownBy(() -> of(new byte[3]))
        .withMessageContaining("too short");
  }

  @Test
  void a_table_that_contradicts_the_file_is_malformed() throws Exception {
    var file = encode(LayerLike.bytes(SEED, 2 * FRAME));
    assertThatExceptionOfType(MalformedLayer.class).isThrownBy(() -> of(Arrays.copyOfRange(file, 1, file.length)))
        .withMessageContaining("does not cover");
    var manyFrames = file.clone();
    manyFrames[file.length - 7] = 1; // 65,536 more
    assertThatExceptionOfType(MalformedLayer.class).isThrownBy(() -> of(manyFrames));
  }

  @Test
  void frames_that_hold_more_than_the_table_says_are_malformed() throws Exception {
    var file = encode(new byte[1000]);
    file[file.length - SeekTable.FOOTER_BYTES - 4] -= 1;
    assertThatExceptionOfType(MalformedLayer.class).isThrownBy(() -> of(file).from(0).readAllBytes());
  }

  private static SeekableZstd of(byte[] file) throws IOException {
    return SeekableZstd.of(file.length,
        offset -> new ByteArrayInputStream(file, (int) offset, file.length - (int) offset));
  }

  private static byte[] encode(byte[] plain) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var encoder = Codecs.of(CodecFamily.ZSTD).encoder(out, 1)) {
      encoder.write(plain);
    }
    return out.toByteArray();
  }
}
