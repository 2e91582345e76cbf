package io.cts.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.cts.codec.Codecs;
import io.cts.codec.SeekableZstd;
import io.cts.contract.CodecFamily;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeekableLayerTest {
  private static final long SEED = Long.getLong("cts.seed", System.nanoTime());

  @TempDir
  private Path folder;
  private final byte[] plain = new byte[10 << 20];

  @BeforeEach
  void make_bytes() {
    var random = new Random(SEED);
    for (var i = 0; i < plain.length; i++) {
      plain[i] = (byte) random.nextInt(7);
    }
  }

  @Test
  void any_bytes_are_read_by_several_threads_at_a_time() throws Exception {
    try (var layer = layer(); var threads = Executors.newFixedThreadPool(4)) {
      assertThat(layer.size()).isEqualTo(plain.length);
      var readers = IntStream.range(0, 4).<Callable<Boolean>>mapToObj(reader -> () -> {
        var random = new Random(SEED + reader);
        var offset = 0;
        for (var i = 0; i < 60; i++) {
          offset = random.nextInt(3) == 0
              ? random.nextInt(plain.length - 10_000)
              : Math.min(offset, plain.length - 10_000);
          var into = random.nextBoolean() ? ByteBuffer.allocate(10_000) : ByteBuffer.allocateDirect(10_000);
          layer.read(offset, into);
          var bytes = new byte[10_000];
          into.flip().get(bytes);
          assertThat(bytes).as("-Dcts.seed=%d", SEED).isEqualTo(Arrays.copyOfRange(plain, offset, offset + 10_000));
          offset += 10_000;
        }
        return true;
      }).toList();
      for (var reader : threads.invokeAll(readers)) {
        assertThat(reader.get()).isTrue();
      }
    }
  }

  @Test
  void reading_past_the_end_or_after_closing_is_told() throws Exception {
    var layer = layer();
    assertThatExceptionOfType(EOFException.class)
        .isThrownBy(() -> layer.read(plain.length - 5, ByteBuffer.allocate(6)));
    layer.close();
    assertThatExceptionOfType(IOException.class).isThrownBy(() -> layer.read(0, ByteBuffer.allocate(6)))
        .withMessageContaining("closed");
  }

  private SeekableLayer layer() throws IOException {
    var file = folder.resolve("layer.zst");
    try (var out = Codecs.of(CodecFamily.ZSTD).encoder(Files.newOutputStream(file), 1)) {
      out.write(plain);
    }
    return new SeekableLayer(SeekableZstd.of(file));
  }
}
