package io.cts.cache.catalog;

import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import org.jspecify.annotations.Nullable;

/**
 * A layer in an encoding, in the blob store; or the news that it cannot be made.
 *
 * @param layer the upstream's blob that it was made from
 * @param codecVersion of the library that made it: with the layer and the encoding it determines the bytes
 * @param variant digest of the encoded bytes; absent where making it failed
 */
public record Variant(
    Digest diffId,
    Encoding encoding,
    Digest layer,
    String codecVersion,
    @Nullable Digest variant,
    long sizeBytes) {

  public boolean failed() {
    return variant == null;
  }
}
