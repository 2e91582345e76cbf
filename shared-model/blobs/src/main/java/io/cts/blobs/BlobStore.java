package io.cts.blobs;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/** A whole store, to be closed by who opened it. */
public interface BlobStore extends BlobPruner, Closeable {
  String S3 = "s3://";

  /**
   * Opens the store at {@code place}: a folder, or {@code s3://BUCKET} or {@code s3://BUCKET/PREFIX}. Of S3, address,
   * region and keys are said as the AWS command line wants them: {@code AWS_ENDPOINT_URL_S3}, {@code AWS_REGION},
   * {@code AWS_ACCESS_KEY_ID} and so on.
   *
   * @param scratch a folder on this machine for blobs on their way to S3; a store in a folder does not use it
   */
  static BlobStore open(String place, Path scratch) throws IOException {
    if (isS3(place)) {
      return S3Blobs.open(place, scratch);
    }
    if (place.contains("://")) {
      throw new IllegalArgumentException("could not open the blob store '" + place
          + "': it is a folder, s3://BUCKET or s3://BUCKET/PREFIX (CTS_BLOBS)");
    }
    return new FilesystemBlobs(Path.of(place));
  }

  /** Whether {@code place} names a bucket. */
  static boolean isS3(String place) {
    return place.startsWith(S3);
  }
}
