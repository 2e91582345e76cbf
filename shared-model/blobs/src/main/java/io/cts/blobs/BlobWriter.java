package io.cts.blobs;

import java.io.IOException;

/** Also stores blobs. */
public interface BlobWriter extends BlobReader {

  /** Begins to store a blob whose digest may not be known yet. Nothing is visible under any digest until the commit. */
  Upload begin() throws IOException;
}
