package io.cts.codec;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Encoded bytes on their way into a decoder: a buffer that knows its offset in the whole. */
final class EncodedInput implements Closeable {
  private final InputStream in;
  final byte[] buffer;
  int position;
  int limit;
  private long offsetOfBuffer;

  EncodedInput(InputStream in, int bufferBytes) {
    this.in = in;
    this.buffer = new byte[bufferBytes];
  }

  /** Offset of the next byte to be decoded. */
  long offset() {
    return offsetOfBuffer + position;
  }

  /** Whether a byte is left, after reading more where the buffer is empty. */
  boolean hasMore() throws IOException {
    if (position < limit) {
      return true;
    }
    offsetOfBuffer += limit;
    position = 0;
    limit = 0;
    var count = in.read(buffer, 0, buffer.length);
    if (count <= 0) {
      return false;
    }
    limit = count;
    return true;
  }

  /** @throws MalformedLayer if there is none, naming {@code what} it belongs to */
  int nextByte(String what) throws IOException {
    if (!hasMore()) {
      throw endsInside(what);
    }
    return buffer[position++] & 0xff;
  }

  /** The next {@code count} bytes, at the start of a buffer that the caller may keep. */
  byte[] next(int count, String what) throws IOException {
    var bytes = new byte[count];
    nextInto(bytes, count, what);
    return bytes;
  }

  void nextInto(byte[] bytes, int count, String what) throws IOException {
    var filled = 0;
    while (filled < count) {
      if (!hasMore()) {
        throw endsInside(what);
      }
      var chunk = Math.min(count - filled, limit - position);
      System.arraycopy(buffer, position, bytes, filled, chunk);
      position += chunk;
      filled += chunk;
    }
  }

  void skip(long count, String what) throws IOException {
    var left = count;
    while (left > 0) {
      if (!hasMore()) {
        throw endsInside(what);
      }
      var chunk = (int) Math.min(left, limit - position);
      position += chunk;
      left -= chunk;
    }
  }

  /** The bytes from here on are nothing but zeros to the end; they are consumed. */
  boolean onlyZerosLeft() throws IOException {
    while (hasMore()) {
      if (!isZero(buffer, position, limit)) {
        return false;
      }
      position = limit;
    }
    return true;
  }

  private static boolean isZero(byte[] bytes, int from, int to) {
    return Arrays.mismatch(bytes, from, to, new byte[to - from], 0, to - from) < 0;
  }

  MalformedLayer endsInside(String what) {
    return new MalformedLayer(offset(), "the encoded bytes end inside " + what);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
