package io.cts.cache;

import io.cts.blobs.Blob;
import io.cts.blobs.BlobPruner;
import io.cts.blobs.Upload;
import io.cts.contract.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** The real store on a disk that can run full. */
final class FullDisk implements BlobPruner {
  private final BlobPruner store;
  /** What the disk still takes. */
  final AtomicLong roomBytes = new AtomicLong(Long.MAX_VALUE);

  FullDisk(BlobPruner store) {
    this.store = store;
  }

  @Override
  public Upload begin() throws IOException {
    take(0);
    return new Limited(store.begin());
  }

  private void take(int bytes) throws IOException {
    if (roomBytes.get() < bytes || roomBytes.get() == 0) {
      throw new IOException("No space left on device");
    }
    roomBytes.addAndGet(-bytes);
  }

  @Override
  public Optional<Long> size(Digest digest) throws IOException {
    return store.size(digest);
  }

  @Override
  public Blob open(Digest digest) throws IOException {
    return store.open(digest);
  }

  @Override
  public Stream<Entry> list() throws IOException {
    return store.list();
  }

  @Override
  public boolean delete(Digest digest) throws IOException {
    return store.delete(digest);
  }

  private final class Limited implements Upload {
    private final Upload upload;

    Limited(Upload upload) {
      this.upload = upload;
    }

    @Override
    public void write(byte[] buffer, int offset, int length) throws IOException {
      try {
        take(length);
      } catch (IOException e) {
        upload.abort(e);
        throw e;
      }
      upload.write(buffer, offset, length);
    }

    @Override
    public long sizeBytes() {
      return upload.sizeBytes();
    }

    @Override
    public InputStream follow(long offset, int holdBack) {
      return upload.follow(offset, holdBack);
    }

    @Override
    public Digest digest() {
      return upload.digest();
    }

    @Override
    public void commit(Digest expected) throws IOException {
      upload.commit(expected);
    }

    @Override
    public void abort(IOException cause) throws IOException {
      upload.abort(cause);
    }

    @Override
    public void close() throws IOException {
      upload.close();
    }
  }
}
