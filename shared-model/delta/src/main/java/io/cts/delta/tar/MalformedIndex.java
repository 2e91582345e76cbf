package io.cts.delta.tar;

import java.io.IOException;

/** Bytes that are no {@link TarIndex}. */
public class MalformedIndex extends IOException {
  private static final long serialVersionUID = 1;
  private final long offset;

  MalformedIndex(long offset, String why) {
    super("tried to read a tar index but at byte " + offset + " there is " + why
        + "; index the layer again");
    this.offset = offset;
  }

  public long offset() {
    return offset;
  }
}
