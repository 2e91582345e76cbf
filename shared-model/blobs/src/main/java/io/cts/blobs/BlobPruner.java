package io.cts.blobs;

import io.cts.contract.Digest;
import java.io.IOException;
import java.util.stream.Stream;

/** Also lists and removes blobs. */
public interface BlobPruner extends BlobWriter {

  /** Every stored blob with its size; to be closed by the caller. */
  Stream<Entry> list() throws IOException;

  /** Removes the blob; false if it was not there. Open readers read on. */
  boolean delete(Digest digest) throws IOException;

  record Entry(Digest digest, long sizeBytes) {}
}
