package io.cts.blobs;

import io.cts.blobs.packed.PackedBlobs;
import io.cts.blobs.packed.RecipeFolder;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/** A whole store, to be closed by who opened it. */
public interface BlobStore extends BlobPruner, Closeable {
  String S3 = "s3://";
  /** Below the store's place: where {@link PackedBlobs} keeps packs, and recipes. */
  String PACKS = "packs";
  String RECIPES = "recipes";

  /**
   * Opens the store at {@code place}, which may hold packed blobs, too: a folder, or {@code s3://BUCKET} or {@code s3://BUCKET/PREFIX}. Of S3, address,
   * region and keys are said as the AWS command line wants them: {@code AWS_ENDPOINT_URL_S3}, {@code AWS_REGION},
   * {@code AWS_ACCESS_KEY_ID} and so on.
   *
   * @param scratch a folder on this machine for blobs on their way to S3; a store in a folder does not use it
   */
  static PackedBlobs open(String place, Path scratch) throws IOException {
    if (isS3(place)) {
      return S3Blobs.openPacked(place, scratch);
    }
    if (place.contains("://")) {
      throw new IllegalArgumentException("could not open the blob store '" + place
          + "': it is a folder, s3://BUCKET or s3://BUCKET/PREFIX (CTS_BLOBS)");
    }
    var root = Path.of(place);
    var whole = new FilesystemBlobs(root);
    return new PackedBlobs(whole, new FilesystemBlobs(root.resolve(PACKS)), new RecipeFolder(root.resolve(RECIPES)));
  }

  /** Whether {@code place} names a bucket. */
  static boolean isS3(String place) {
    return place.startsWith(S3);
  }
}
