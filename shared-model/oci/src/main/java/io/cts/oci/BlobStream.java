package io.cts.oci;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** The bytes of a blob, from an offset to its end. A registry's breaks are mended inside; what cannot be is an IOException. */
public final class BlobStream extends FilterInputStream {
  /** Of {@link #totalBytes()}. */
  public static final long UNKNOWN = -1;

  private final long totalBytes;

  public BlobStream(InputStream in, long totalBytes) {
    super(in);
    this.totalBytes = totalBytes;
  }

  /** The size of the whole blob, or {@link #UNKNOWN}. */
  public long totalBytes() {
    return totalBytes;
  }

  @Override
  public long transferTo(OutputStream out) throws IOException {
    return in.transferTo(out);
  }
}
