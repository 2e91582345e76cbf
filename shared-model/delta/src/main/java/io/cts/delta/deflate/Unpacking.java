package io.cts.delta.deflate;

import io.cts.delta.LayerBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Unpacks a deflate stream that lies in a layer. */
public final class Unpacking {
  private static final int SLAB_BYTES = 64 << 10;

  private Unpacking() {}

  /**
   * Unpacks the stream that begins at {@code offset} into {@code plain}.
   *
   * @param length the most bytes that it has
   * @return how many it has; -1 if {@code plain} has no room for what it unpacks to, or it is broken
   */
  public static long unpack(LayerBytes layer, long offset, long length, ByteBuffer plain) throws IOException {
    var inflater = new Inflater(true);
    var tooMuch = ByteBuffer.allocate(1);
    try {
      var slab = new byte[(int) Math.min(SLAB_BYTES, length)];
      var read = 0L;
      while (!inflater.finished()) {
        if (inflater.needsInput()) {
          var count = (int) Math.min(slab.length, length - read);
          if (count == 0) {
            return -1;
          }
          layer.read(offset + read, ByteBuffer.wrap(slab, 0, count));
          read += count;
          inflater.setInput(slab, 0, count);
        }
        inflater.inflate(plain.hasRemaining() ? plain : tooMuch);
        if (inflater.needsDictionary() || !tooMuch.hasRemaining()) {
          return -1;
        }
      }
      return inflater.getBytesRead();
    } catch (DataFormatException e) {
      return -1; // no deflate stream, or a broken one: the caller knows which of them matters
    } finally {
      inflater.end();
    }
  }
}
