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
 * @param repackedBytes of its content, before whoever applies it compresses them again; 0 where nobody told
 */
record KnownDelta(
    DeltaKey key,
    State state,
    int requests,
    Instant askedAt,
    @Nullable Digest delta,
    long sizeBytes,
    long repackedBytes) {

  enum State {
    WANTED, MADE, FAILED
  }
}
