package io.cts.blobs;

import io.cts.contract.Digest;
import java.io.IOException;

/** Bytes that do not hash to their digest. */
public final class BlobCorrupt extends IOException {
  private static final long serialVersionUID = 1;
  private final transient Digest expected;
  private final transient Digest actual;

  public BlobCorrupt(Digest expected, Digest actual) {
    super("bytes for blob " + expected + " hash to " + actual);
    this.expected = expected;
    this.actual = actual;
  }

  public Digest expected() {
    return expected;
  }

  public Digest actual() {
    return actual;
  }
}
