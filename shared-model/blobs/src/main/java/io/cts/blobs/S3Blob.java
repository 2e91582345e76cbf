package io.cts.blobs;

import io.cts.blobs.S3Bucket.Found;
import io.cts.contract.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** An object as it was when it was opened. Its streams read that very object, or fail. */
final class S3Blob implements Blob {
  private final S3Blobs store;
  private final S3Bucket bucket;
  private final Digest digest;
  private final Found found;

  S3Blob(S3Blobs store, S3Bucket bucket, Digest digest, Found found) {
    this.store = store;
    this.bucket = bucket;
    this.digest = digest;
    this.found = found;
  }

  @Override
  public Digest digest() {
    return digest;
  }

  @Override
  public long sizeBytes() {
    return found.sizeBytes();
  }

  @Override
  public InputStream from(long offset) throws IOException {
    if (offset < 0 || offset > sizeBytes()) {
      throw new IllegalArgumentException(
          "blob " + digest + " has " + sizeBytes() + " bytes and cannot be read from offset " + offset);
    }
    return new S3Stream(this, offset);
  }

  /** @throws BlobMissing if the object is gone, or is another by now */
  ResponseInputStream<GetObjectResponse> read(long offset) throws IOException {
    return bucket.read(S3Blobs.name(digest), offset, found.etag()).orElseThrow(() -> new BlobMissing(digest));
  }

  IOException explained(long position, Throwable cause) {
    return new IOException("could not read blob " + digest + " in " + bucket + " from byte " + position + " of "
        + sizeBytes() + ", tried again and again: " + cause.getMessage(), cause);
  }

  @Override
  public Optional<Path> file() {
    return Optional.empty();
  }

  @Override
  public boolean verified() {
    return store.isVerified(digest, found);
  }

  @Override
  public void markVerified() {
    store.markVerified(digest, found);
  }

  @Override
  public void close() {
    // its streams hold connections, it does not
  }
}
