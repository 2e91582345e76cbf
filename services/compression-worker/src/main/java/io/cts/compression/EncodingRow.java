package io.cts.compression;

import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import io.cts.contract.EncodingFailed;
import io.cts.contract.EncodingRequested;
import io.cts.contract.EventId;
import io.cts.contract.PullId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one variant.
 *
 * @param layer the source: the upstream's blob
 * @param pull the first that asked
 * @param round rises when a variant that was made or given up is wanted anew
 * @param requests messages put on the queue in this round
 * @param attempts times that a worker began in this round
 * @param variant where it was made
 * @param cause of the last failure
 * @param hopeless would fail again with the same source
 */
record EncodingRow(
    VariantKey key,
    Digest layer,
    CodecFamily storedAs,
    long plainBytes,
    PullId pull,
    State state,
    int round,
    int requests,
    int attempts,
    @Nullable Digest variant,
    @Nullable String cause,
    boolean hopeless) {

  enum State {
    REQUESTED, WORKING, DONE, FAILED
  }

  /** The message for the queue. */
  EncodingRequested request(Instant at) {
    return new EncodingRequested(key.event("encoding-requested", round + "/" + requests), at, pull, layer, storedAs,
        key.diffId(), plainBytes, key.encoding(), key.codecVersion(), requests);
  }

  /** What is published when it is given up for {@code why}. */
  EncodingFailed failure(Instant at, String why) {
    return failure(key.event("encoding-failed", Integer.toString(round)), at, why);
  }

  EncodingFailed failure(EventId id, Instant at, String why) {
    return new EncodingFailed(id, at, layer, key.diffId(), key.encoding(), key.codecVersion(), attempts, why);
  }
}
