package io.cts.blobs;

import io.cts.contract.Digest;
import java.io.IOException;

/** No blob is stored under the digest. */
public final class BlobMissing extends IOException {
  private static final long serialVersionUID = 1;
  private final transient Digest digest;

  public BlobMissing(Digest digest) {
    super("blob " + digest + " is not stored");
    this.digest = digest;
  }

  public Digest digest() {
    return digest;
  }
}
