package io.cts.blobs;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads an upload's file behind its writer, through a descriptor of its own. */
final class FollowingStream extends InputStream {
  private final FileUpload upload;
  private final int holdBack;
  private @Nullable RandomAccessFile file;
  private @Nullable IOException notOpened;
  private long position;

  /** @param paths where the file may lie: a commit renames it at any moment */
  FollowingStream(FileUpload upload, List<Path> paths, long offset, int holdBack) {
    this.upload = upload;
    this.holdBack = holdBack;
    this.position = offset;
    for (var path : paths) {
      try {
        file = new RandomAccessFile(path.toFile(), "r");
        file.seek(offset);
        return;
      } catch (IOException e) {
        notOpened = e; // how the upload ended, if it has, says more: told at the first read
      }
    }
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
    var given = upload.await(position, holdBack);
    if (given < 0) {
      return -1;
    }
    if (file == null) {
      throw new IOException("could not follow an upload", notOpened);
    }
    var read = file.read(buffer, offset, (int) Math.min(given, length));
    if (read < 0) {
      throw new IOException("the file of an upload ends at " + position + ", before what was written to it");
    }
    position += read;
    return read;
  }

  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
    }
  }
}
