package io.cts.contract;

import java.time.Instant;

/**
 * A layer is wanted in an encoding that nobody has made yet: one job for one worker. Published by compression-worker.
 *
 * <p>Topic {@code cts.encoding-requested.v1}. A whole example is {@code src/test/resources/golden/encoding-requested.json}.
 *
 * @param pull the first that asked
 * @param layer the upstream's blob, the source
 * @param sizeBytes of the uncompressed tar
 * @param codecVersion of the library that encodes; another version makes other bytes
 * @param attempt 1 for the first
 */
public record EncodingRequested(
    EventId id,
    Instant at,
    PullId pull,
    Digest layer,
    CodecFamily storedAs,
    Digest diffId,
    long sizeBytes,
    Encoding encoding,
    String codecVersion,
    int attempt) implements Event {

  @Override
  public String key() {
    return diffId.toString();
  }
}
