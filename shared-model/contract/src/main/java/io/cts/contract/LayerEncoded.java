package io.cts.contract;

import java.time.Instant;

/**
 * A variant lies in the blob store. Published by compression-worker.
 *
 * <p>Topic {@code cts.layer-encoded.v1}. A whole example is {@code src/test/resources/golden/layer-encoded.json}.
 *
 * @param variant digest of the encoded bytes
 * @param sizeBytes of the uncompressed tar
 */
public record LayerEncoded(
    EventId id,
    Instant at,
    Digest layer,
    Digest diffId,
    Encoding encoding,
    String codecVersion,
    Digest variant,
    long variantSizeBytes,
    long sizeBytes,
    double encodeSeconds) implements Event {

  @Override
  public String key() {
    return diffId.toString();
  }
}
