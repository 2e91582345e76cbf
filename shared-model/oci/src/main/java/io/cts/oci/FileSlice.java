package io.cts.oci;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A run of bytes within a file. */
record FileSlice(Path file, long start, long sizeBytes) {

  /** The bytes from {@code offset} on. Reading fails where the file became shorter. */
  InputStream open(long offset) throws IOException {
    var from = Math.clamp(offset, 0, sizeBytes);
    var channel = FileChannel.open(file, StandardOpenOption.READ);
    return new Window(Channels.newInputStream(channel.position(start + from)), sizeBytes - from);
  }

  byte[] bytes(int most) throws IOException {
    if (sizeBytes > most) {
      throw new IOException(sizeBytes + " bytes, more than the " + most + " allowed");
    }
    try (var in = open(0)) {
      return in.readAllBytes();
    }
  }

  /** The next {@code left} bytes of a stream. */
  private static final class Window extends InputStream {
    private final InputStream in;
    private long left;

    Window(InputStream in, long left) {
      this.in = in;
      this.left = left;
    }

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      if (left == 0) {
        return -1;
      }
      var count = in.read(buffer, offset, (int) Math.min(length, left));
      if (count < 0) {
        throw new IOException("the file ends " + left + " bytes too early");
      }
      left -= count;
      return count;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
