package io.cts.codec;

import java.io.IOException;

/** Encoded bytes that cannot be decoded, or not within bounds. */
public class MalformedLayer extends IOException {
  private static final long serialVersionUID = 1;
  private final long offset;

  /** @param offset of the encoded byte near which decoding stopped */
  public MalformedLayer(long offset, String why) {
    super(why + " (near encoded byte " + offset + ")");
    this.offset = offset;
  }

  public MalformedLayer(long offset, String why, Throwable cause) {
    this(offset, why);
    initCause(cause);
  }

  public long offset() {
    return offset;
  }
}
