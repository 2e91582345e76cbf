package io.cts.delta.encode;

import io.cts.delta.deflate.Deflating;
import io.cts.delta.deflate.Packer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Optional;

/** Finds out by which packer a deflate stream can be made again bit for bit. */
final class Repacking {
  private Repacking() {}

  static Optional<Packer> of(byte[] plain, byte[] packed) throws IOException {
    for (var packer : Packer.values()) {
      if (makes(packer, plain, packed)) {
        return Optional.of(packer);
      }
    }
    return Optional.empty();
  }

  private static boolean makes(Packer packer, byte[] plain, byte[] packed) throws IOException {
    var comparing = new Comparing(packed);
    try {
      new Deflating(packer).deflate(new ByteArrayInputStream(plain), comparing);
    } catch (Different e) {
      return false;
    }
    return comparing.at == packed.length;
  }

  private static final class Different extends IOException {
    private static final long serialVersionUID = 1;
  }

  /** Stops at the first byte that is not as expected. */
  private static final class Comparing extends OutputStream {
    private final byte[] expected;
    int at;

    Comparing(byte[] expected) {
      this.expected = expected;
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[]{(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
      if (length > expected.length - at
          || Arrays.mismatch(from, offset, offset + length, expected, at, at + length) >= 0) {
        throw new Different();
      }
      at += length;
    }
  }
}
