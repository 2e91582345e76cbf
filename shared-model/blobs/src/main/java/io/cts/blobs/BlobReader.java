package io.cts.blobs;

import io.cts.contract.Digest;
import java.io.IOException;
import java.util.Optional;

/** Reads blobs by digest. Thread-safe. */
public interface BlobReader {

  /** The blob's size in bytes, if it is stored. */
  Optional<Long> size(Digest digest) throws IOException;

  /**
   * The stored blob, to be closed by the caller. Its streams read on even if it is removed meanwhile; a new one may then
   * find it missing.
   *
   * @throws BlobMissing if it is not stored
   */
  Blob open(Digest digest) throws IOException;
}
