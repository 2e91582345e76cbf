package io.cts.cache.deltas;

import io.cts.contract.Digest;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a delta.
 *
 * @param requests times that it was asked for
 * @param askedAt when it was asked for last
 * @param delta digest of its bytes, once it is made
 */
record KnownDelta(
    DeltaKey key,
    State state,
    int requests,
    Instant askedAt,
    @Nullable Digest delta,
    long sizeBytes) {

  enum State {
    WANTED, MADE, FAILED
  }
}
