package io.cts.compression;

import io.cts.blobs.Blob;
import io.cts.blobs.BlobMissing;
import io.cts.blobs.BlobReader;
import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;

/** A stored layer as it can be had: the upstream's own blob, or where that is gone its plain bytes, which cache packs. */
record LayerSource(Blob blob, CodecFamily storedAs) implements Closeable {

  /**
   * @param layer the upstream's blob, encoded as {@code storedAs}
   * @throws BlobMissing if neither is stored
   */
  static LayerSource open(BlobReader blobs, Digest layer, CodecFamily storedAs, Digest diffId) throws IOException {
    try {
      return new LayerSource(blobs.open(layer), storedAs);
    } catch (BlobMissing e) {
      try {
        return new LayerSource(blobs.open(diffId), CodecFamily.IDENTITY);
      } catch (BlobMissing plain) {
        e.addSuppressed(plain);
        throw e;
      }
    }
  }

  /** All its bytes, to be closed by the caller. */
  InputStream bytes() throws IOException {
    return blob.from(0);
  }

  @Override
  public void close() throws IOException {
    blob.close();
  }
}
