package io.cts.contract;

import java.time.Instant;

/**
 * A variant could not be made; pulls are served without it. Published by compression-worker.
 *
 * <p>Topic {@code cts.encoding-failed.v1}. A whole example is {@code src/test/resources/golden/encoding-failed.json}.
 *
 * @param cause one sentence for people
 */
public record EncodingFailed(
    EventId id,
    Instant at,
    Digest layer,
    Digest diffId,
    Encoding encoding,
    String codecVersion,
    int attempts,
    String cause) implements Event {

  @Override
  public String key() {
    return diffId.toString();
  }
}
