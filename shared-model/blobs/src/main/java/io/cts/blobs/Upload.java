package io.cts.blobs;

import io.cts.contract.Digest;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;

/**
 * A blob on its way into the store. One thread writes; any number follow. Closing without a commit leaves nothing
 * behind.
 */
public interface Upload extends Closeable {

  void write(byte[] buffer, int offset, int length) throws IOException;

  /** Bytes written so far. */
  long sizeBytes();

  /**
   * Reads along from {@code offset}: waits for bytes that are still to come, ends where the upload is committed, and
   * throws an {@link IOException} with the cause where it is closed without a commit. The last {@code holdBack} bytes
   * written are given out only once the commit has found the digest right (it need not have reached the disk), so that
   * whoever passes them on never completes a wrong blob. To be closed by the caller.
   */
  InputStream follow(long offset, int holdBack);

  /** The digest of all that was written, once all is. */
  Digest digest();

  /**
   * Makes the blob durable and visible. Storing what is there already succeeds.
   *
   * @throws BlobCorrupt if the bytes do not hash to {@code expected}; nothing is kept
   */
  void commit(Digest expected) throws IOException;

  /** Ends the upload without a commit; followers learn {@code cause}. */
  void abort(IOException cause) throws IOException;
}
