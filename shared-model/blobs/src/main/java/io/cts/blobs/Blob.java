package io.cts.blobs;

import io.cts.contract.Digest;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;

/** An open stored blob. */
public interface Blob extends Closeable {
  Digest digest();

  long sizeBytes();

  /** The bytes from {@code offset} on, to be closed by the caller. Several may be open at once. */
  InputStream from(long offset) throws IOException;

  /** The file that holds exactly these bytes, where there is one that the kernel can send. */
  Optional<Path> file();

  /**
   * Whether this process has hashed the very file (inode, size, time of change) and found it right. Where it has not,
   * a reader that passes the bytes on must hash them on the way; {@link #markVerified()} then tells so.
   */
  boolean verified();

  /** The bytes read through {@link #from} hashed to {@link #digest()}. */
  void markVerified();
}
