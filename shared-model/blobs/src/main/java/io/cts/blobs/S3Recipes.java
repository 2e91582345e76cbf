package io.cts.blobs;

import io.cts.blobs.packed.RecipeShelf;
import io.cts.contract.Digest;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;

/** Documents as objects {@code PREFIX/recipes/sha256-abcdef…}, each written by one request. */
final class S3Recipes implements RecipeShelf {
  private final S3Bucket bucket;
  private final String folder;

  S3Recipes(S3Bucket bucket, String folder) {
    this.bucket = bucket;
    this.folder = folder;
  }

  @Override
  public Optional<byte[]> read(Digest blob) throws IOException {
    var key = bucket.key(name(blob));
    try {
      return Optional.of(bucket.client().getObjectAsBytes(it -> it.bucket(bucket.name()).key(key)).asByteArray());
    } catch (SdkException e) {
      if (S3Bucket.status(e) == S3Bucket.NOT_FOUND) {
        return Optional.empty();
      }
      throw bucket.explained("read " + key, e);
    }
  }

  @Override
  public void write(Digest blob, byte[] document) throws IOException {
    var key = bucket.key(name(blob));
    bucket.asked("write " + key, () -> bucket.client()
        .putObject(it -> it.bucket(bucket.name()).key(key), RequestBody.fromBytes(document)));
  }

  @Override
  public boolean delete(Digest blob) throws IOException {
    var was = bucket.find(name(blob)).isPresent();
    if (was) {
      bucket.delete(name(blob));
    }
    return was;
  }

  @Override
  public void removeUnfinished() {
    // an object is there as a whole, or not
  }

  @Override
  public Stream<Digest> list() throws IOException {
    return bucket.list(folder).flatMap(object -> digest(bucket.nameOf(object).substring(folder.length())).stream());
  }

  private String name(Digest blob) {
    return folder + blob.algorithm().name().toLowerCase(Locale.ROOT) + "-" + blob.hex();
  }

  private static Optional<Digest> digest(String name) {
    try {
      return Optional.of(Digest.parse(name.replaceFirst("-", ":")));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // not one of these
    }
  }
}
