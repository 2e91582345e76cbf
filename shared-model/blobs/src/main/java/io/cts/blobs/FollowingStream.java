package io.cts.blobs;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads an upload's file behind its writer, through a descriptor of its own. */
final class FollowingStream extends InputStream {
  private final FileUpload upload;
  private final int holdBack;
  private @Nullable InputStream bytes;
  private @Nullable IOException notOpened;
  private long position;

  /** What holds the upload's bytes; reading it at the end of what is written so far does not end it. */
  interface Opening {
    InputStream open() throws IOException;
  }

  FollowingStream(FileUpload upload, Opening opening, long offset, int holdBack) {
    this.upload = upload;
    this.holdBack = holdBack;
    this.position = offset;
    try {
      bytes = opening.open();
    } catch (IOException e) {
      notOpened = e; // how the upload ended, if it has, says more: told at the first read
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
    if (bytes == null) {
      throw new IOException("could not follow an upload", notOpened);
    }
    var read = bytes.read(buffer, offset, (int) Math.min(given, length));
    if (read < 0) {
      throw new IOException("the file of an upload ends at " + position + ", before what was written to it");
    }
    position += read;
    return read;
  }

  @Override
  public void close() throws IOException {
    if (bytes != null) {
      bytes.close();
    }
  }
}
