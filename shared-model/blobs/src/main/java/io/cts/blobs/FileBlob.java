package io.cts.blobs;

import io.cts.contract.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Objects;
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
    return new PositionedStream(offset);
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

  /** Reads at its own position, so that streams of one blob do not disturb each other. */
  private final class PositionedStream extends InputStream {
    private long position;

    PositionedStream(long position) {
      this.position = position;
    }

    @Override
    public int read() throws IOException {
      var single = new byte[1];
      return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, buffer.length);
      if (length == 0) {
        return 0;
      }
      var read = channel.read(ByteBuffer.wrap(buffer, offset, length), position);
      if (read > 0) {
        position += read;
      }
      return read;
    }

    @Override
    public long skip(long count) {
      var skipped = Math.clamp(count, 0, sizeBytes() - position);
      position += skipped;
      return skipped;
    }

    @Override
    public int available() {
      return (int) Math.min(Integer.MAX_VALUE, Math.max(0, sizeBytes() - position));
    }
  }
}
