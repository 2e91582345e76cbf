package io.cts.delta.deflate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.Deflater;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeflatingTest {
  /** Each packs one input after another. */
  private static final Map<Packer, Deflating> PACKERS = new EnumMap<>(Packer.class);
  private static final int WINDOW = 1 << 15;
  private static final long SEED = Long.getLong("cts.seed", System.nanoTime());

  @TempDir
  private Path folder;

  @BeforeAll
  static void print_the_seed() {
    System.out.println("inputs are made from -Dcts.seed=" + SEED);
  }

  @Test
  void zlib_packs_the_same() throws Exception {
    for (var plain : inputs()) {
      assertThat(packed(Packer.ZLIB_6, plain)).as("%d bytes, -Dcts.seed=%d", plain.length, SEED)
          .isEqualTo(zlib(6, plain));
      assertThat(packed(Packer.ZLIB_9, plain)).as("%d bytes, -Dcts.seed=%d", plain.length, SEED)
          .isEqualTo(zlib(9, plain));
    }
  }

  @Test
  void gzip_packs_the_same() throws Exception {
    assumeTrue(new ProcessBuilder("gzip", "--version").redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor() == 0);
    for (var plain : inputs()) {
      if (isReadBeyondTheWindow(plain.length)) {
        continue;
      }
      assertThat(packed(Packer.GZIP_6, plain)).as("%d bytes, -Dcts.seed=%d", plain.length, SEED)
          .isEqualTo(gzip(6, plain));
      assertThat(packed(Packer.GZIP_9, plain)).as("%d bytes, -Dcts.seed=%d", plain.length, SEED)
          .isEqualTo(gzip(9, plain));
    }
  }

  /**
   * Where an input ends so near the end of gzip's window that a match may be looked for beyond it, what gzip makes depends
   * on what lies behind the window in its memory.
   */
  private static boolean isReadBeyondTheWindow(int bytes) {
    return bytes > WINDOW && (bytes - 1) % WINDOW >= WINDOW - Alphabets.LONGEST_MATCH;
  }

  /** Text, noise, repetition near and far, from nothing to several windows. */
  private static List<byte[]> inputs() {
    var random = new Random(SEED);
    var inputs = new ArrayList<byte[]>(
        List.of(new byte[0], new byte[]{1}, new byte[100_000], new byte[]{1, 2, 3, 1, 2, 3}));
    for (var i = 0; i < 12; i++) {
      var bytes = new byte[random.nextInt(300_000)];
      var values = 1 + random.nextInt(255);
      for (var j = 0; j < bytes.length; j++) {
        bytes[j] = random.nextInt(5) == 0 && j > 1000
            ? bytes[j - 1 - random.nextInt(900)]
            : (byte) random.nextInt(values);
      }
      for (var j = 0; j < 200 && bytes.length > 40_000; j++) {
        var count = random.nextInt(400);
        System.arraycopy(bytes, random.nextInt(bytes.length - count), bytes, random.nextInt(bytes.length - count),
            count);
      }
      inputs.add(bytes);
    }
    return inputs;
  }

  private static byte[] packed(Packer packer, byte[] plain) throws IOException {
    var out = new ByteArrayOutputStream();
    PACKERS.computeIfAbsent(packer, Deflating::new).deflate(new ByteArrayInputStream(plain), out);
    return out.toByteArray();
  }

  private static byte[] zlib(int level, byte[] plain) {
    var deflater = new Deflater(level, true);
    deflater.setInput(plain);
    deflater.finish();
    var out = new ByteArrayOutputStream();
    var buffer = new byte[10_000];
    while (!deflater.finished()) {
      out.write(buffer, 0, deflater.deflate(buffer));
    }
    deflater.end();
    return out.toByteArray();
  }

  private byte[] gzip(int level, byte[] plain) throws IOException, InterruptedException {
    var file = Files.write(folder.resolve("plain"), plain);
    var process = new ProcessBuilder("gzip", "-" + level + "n").redirectInput(file.toFile()).start();
    var whole = process.getInputStream().readAllBytes();
    assertThat(process.waitFor()).isZero();
    return Arrays.copyOfRange(whole, 10, whole.length - 8);
  }
}
