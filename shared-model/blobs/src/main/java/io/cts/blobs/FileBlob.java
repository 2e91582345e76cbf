package io.cts.blobs;

import io.cts.contract.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;

/** A stored file, held open so that it outlives its name. Interrupting a thread that reads closes it. */
final class FileBlob implements Blob {
  private final FilesystemBlobs store;
  private final Digest digest;
  private final Path path;
  private final FilesystemBlobs.Stamp stamp;
  private final FileChannel channel;

  FileBlob(FilesystemBlobs store, Digest digest, Path path, FilesystemBlobs.Stamp stamp, FileChannel channel) {
    this.store = store;
    this.digest = digest;
    this.path = path;
    this.stamp = stamp;
    this.channel = channel;
  }

  @Override
  public Digest digest() {
    return digest;
  }

  @Override
  public long sizeBytes() {
    return stamp.sizeBytes();
  }

  @Override
  public InputStream from(long offset) {
    if (offset < 0 || offset > sizeBytes()) {
      throw new IllegalArgumentException(
          "blob " + digest + " has " + sizeBytes() + " bytes and cannot be read from offset " + offset);
    }
    return new FileStream(channel, offset, sizeBytes());
  }

  @Override
  public Optional<Path> file() {
    return Optional.of(path);
  }

  @Override
  public boolean verified() {
    return store.isVerified(digest, stamp);
  }

  @Override
  public void markVerified() {
    store.markVerified(digest, stamp);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
