package io.cts.codec;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Bytes as they occur in layers, made from a seed: stretches of words, noise, zeros and repetition. */
final class LayerLike extends InputStream {
  private static final int STRETCH_BYTES = 32 << 10;

  private final RandomGenerator random;
  private final byte[] stretch = new byte[STRETCH_BYTES];
  private int position = STRETCH_BYTES;
  private long left;

  LayerLike(long seed, long bytes) {
    this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    this.left = bytes;
  }

  static byte[] bytes(long seed, int count) {
    try (var in = new LayerLike(seed, count)) {
      return in.readNBytes(count);
    } catch (IOException e) {
      throw new AssertionError("generated, not read", e);
    }
  }

  @Override
  public int read() {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, into.length);
    if (left == 0) {
      return -1;
    }
    if (position == STRETCH_BYTES) {
      nextStretch();
    }
    var count = (int) Math.min(Math.min(length, STRETCH_BYTES - position), left);
    System.arraycopy(stretch, position, into, offset, count);
    position += count;
    left -= count;
    return count;
  }

  private void nextStretch() {
    position = 0;
    switch (random.nextInt(6)) {
      case 0 -> random.nextBytes(stretch);
      case 1 -> Arrays.fill(stretch, (byte) 0);
      case 2 -> {
        // the stretch before, once more
      }
      default -> words();
    }
  }

  private void words() {
    for (var i = 0; i < STRETCH_BYTES;) {
      var word = Integer.toString(random.nextInt(3000) * 7919, 36) + " ";
      for (var j = 0; j < word.length() && i < STRETCH_BYTES; j++) {
        stretch[i++] = (byte) word.charAt(j);
      }
    }
  }
}
