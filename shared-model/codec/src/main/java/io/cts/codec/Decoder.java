package io.cts.codec;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What all decoders share: the bounds, and that a decoder that failed once goes on failing. */
abstract class Decoder extends InputStream {
  /** Below this much output the ratio says nothing. */
  private static final long RATIO_APPLIES_AFTER = 1 << 20;

  private final EncodedInput input;
  private final DecodeBounds bounds;
  private final byte[] one = new byte[1];
  private long plainBytes;
  private @Nullable MalformedLayer failure;
  private boolean closed;

  Decoder(EncodedInput input, DecodeBounds bounds) {
    this.input = input;
    this.bounds = bounds;
  }

  /** Decodes up to {@code length} > 0 bytes: at least one, or -1 where the input ended as it should. */
  abstract int decode(byte[] into, int offset, int length) throws IOException;

  /** Gives native memory back. Called once. */
  abstract void release();

  @Override
  public final int read() throws IOException {
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public final int read(byte[] into, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, into.length);
    if (closed) {
      throw new IOException("the decoder is closed");
    }
    if (failure != null) {
      throw new MalformedLayer(failure.offset(), "decoding failed before", failure);
    }
    if (length == 0) {
      return 0;
    }
    try {
      var count = decode(into, offset, length);
      if (count > 0) {
        plainBytes += count;
        checkBounds();
      }
      return count;
    } catch (MalformedLayer e) {
      failure = e;
      throw e;
    }
  }

  private void checkBounds() throws MalformedLayer {
    if (plainBytes > bounds.maxOutputBytes()) {
      throw new MalformedLayer(input.offset(),
          "decodes to more than the " + bounds.maxOutputBytes() + " bytes that are allowed");
    }
    if (plainBytes > RATIO_APPLIES_AFTER && plainBytes > bounds.maxRatio() * input.offset()) {
      throw new MalformedLayer(input.offset(),
          "decodes to more than " + (long) bounds.maxRatio() + " times its size, which is not allowed");
    }
  }

  @Override
  public final void close() throws IOException {
    if (!closed) {
      closed = true;
      release();
      input.close();
    }
  }
}
