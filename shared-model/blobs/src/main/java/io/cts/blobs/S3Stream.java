package io.cts.blobs;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** Reads an object to its end, asking again from where it is when the connection breaks. */
final class S3Stream extends InputStream {
  private static final int TRIES = 4;
  /** Read over rather than asked for anew. */
  private static final int SMALL_SKIP_BYTES = 64 << 10;

  private final S3Blob blob;
  private @Nullable ResponseInputStream<GetObjectResponse> answer;
  private long position;

  /** @throws BlobMissing if it is no longer there */
  S3Stream(S3Blob blob, long offset) throws IOException {
    this.blob = blob;
    this.position = offset;
    if (offset < blob.sizeBytes()) {
      answer = blob.read(offset);
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
    if (position >= blob.sizeBytes()) {
      return -1;
    }
    for (var left = TRIES - 1;; left--) {
      try {
        return some(buffer, offset, length);
      } catch (BlobMissing | AbortedException e) {
        throw e instanceof IOException missing ? missing : blob.explained(position, e);
      } catch (IOException | SdkException e) {
        hangUp();
        if (left == 0 || Thread.currentThread().isInterrupted()) {
          throw blob.explained(position, e);
        }
      }
    }
  }

  private int some(byte[] buffer, int offset, int length) throws IOException {
    if (answer == null) {
      answer = blob.read(position);
    }
    var read = answer.read(buffer, offset, (int) Math.min(length, blob.sizeBytes() - position));
    if (read < 0) {
      throw new IOException("the answer ended before its time");
    }
    position += read;
    return read;
  }

  @Override
  public long skip(long count) throws IOException {
    var skipped = Math.clamp(count, 0, blob.sizeBytes() - position);
    if (skipped <= SMALL_SKIP_BYTES) {
      return super.skip(skipped);
    }
    hangUp();
    position += skipped;
    return skipped;
  }

  private void hangUp() {
    if (answer != null) {
      answer.abort(); // closing would read the rest of the answer
      answer = null;
    }
  }

  @Override
  public void close() throws IOException {
    if (answer != null && position == blob.sizeBytes()) {
      answer.close();
      answer = null;
    }
    hangUp();
  }
}
