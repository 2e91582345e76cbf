package io.cts.delta;

import java.io.IOException;

/** Bytes that are no delta, or one that asks for more than is allowed. The whole layer has to be fetched instead. */
public class MalformedDelta extends IOException {
  private static final long serialVersionUID = 1;
  private final long offset;

  /** @param offset of the delta's byte near which reading stopped */
  public MalformedDelta(long offset, String why) {
    super("tried to apply a delta but near its byte " + offset + ": " + why + "; fetch the layer itself");
    this.offset = offset;
  }

  public MalformedDelta(long offset, String why, Throwable cause) {
    this(offset, why);
    initCause(cause);
  }

  public long offset() {
    return offset;
  }
}
