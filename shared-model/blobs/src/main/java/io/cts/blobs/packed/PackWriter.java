package io.cts.blobs.packed;

import io.cts.blobs.BlobWriter;
import io.cts.blobs.Upload;
import io.cts.codec.Codecs;
import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;

/** A pack on its way: chunks one after another, as zstd with a seek table. One thread. Closing it uncommitted leaves nothing. */
final class PackWriter implements Closeable {
  /** Packs are made in the background and read seldom. */
  private static final int LEVEL = 9;

  private final Upload upload;
  private final OutputStream encoder;
  private long plainBytes;

  PackWriter(BlobWriter packs) throws IOException {
    upload = packs.begin();
    try {
      encoder = Codecs.of(CodecFamily.ZSTD).encoder(new Sink(upload), LEVEL);
    } catch (IOException | RuntimeException e) {
      upload.close();
      throw e;
    }
  }

  /** Appends a chunk; its offset in the pack's plain bytes. */
  long add(byte[] chunk, int length) throws IOException {
    var offset = plainBytes;
    encoder.write(chunk, 0, length);
    plainBytes += length;
    return offset;
  }

  boolean isEmpty() {
    return plainBytes == 0;
  }

  /** Makes it durable. */
  Pack commit() throws IOException {
    encoder.close();
    var digest = upload.digest();
    upload.commit(digest);
    return new Pack(digest, upload.sizeBytes());
  }

  /** @param storedBytes that it takes */
  record Pack(Digest digest, long storedBytes) {}

  @Override
  public void close() throws IOException {
    try (upload) {
      encoder.close();
    }
  }

  /** The upload as a stream, which is closed by whoever commits it. */
  private static final class Sink extends OutputStream {
    private final Upload upload;

    Sink(Upload upload) {
      this.upload = upload;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[]{(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      upload.write(bytes, offset, length);
    }
  }
}
