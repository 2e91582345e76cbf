package io.cts.delta.deflate;

import java.io.IOException;
import java.io.OutputStream;

/** Bits, lowest first (RFC 1951, section 3.1.1). */
final class BitOutput {
  private static final int BUFFER_BYTES = 16 << 10;

  private OutputStream out = OutputStream.nullOutputStream();
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int filled;
  private long pending;
  private int pendingBits;

  /** Begins anew, into {@code next}. */
  void begin(OutputStream next) {
    out = next;
    filled = 0;
    pending = 0;
    pendingBits = 0;
  }

  void bits(int value, int count) throws IOException {
    pending |= (long) value << pendingBits;
    pendingBits += count;
    while (pendingBits >= 8) {
      int8((int) pending);
      pending >>>= 8;
      pendingBits -= 8;
    }
  }

  /** Fills the byte with zeros. */
  void align() throws IOException {
    if (pendingBits > 0) {
      bits(0, 8 - pendingBits);
    }
  }

  /** Whole bytes, after {@link #align}. */
  void bytes(byte[] from, int offset, int length) throws IOException {
    for (var i = 0; i < length; i++) {
      int8(from[offset + i]);
    }
  }

  private void int8(int value) throws IOException {
    if (filled == buffer.length) {
      drain();
    }
    buffer[filled++] = (byte) value;
  }

  void drain() throws IOException {
    out.write(buffer, 0, filled);
    filled = 0;
  }
}
