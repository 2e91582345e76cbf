package io.cts.probereceiver.nodes;

import io.cts.contract.Engine;
import io.cts.contract.NodeId;
import io.cts.contract.NodeProfile;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A node as the registry holds it.
 *
 * @param groupShownAt when the transfers to it last showed that it is a {@link Group}; absent where they never did
 * @param published the last profile that the topic was told; absent where there was none
 */
record NodeRow(
    NodeId id,
    Engine engine,
    Instant firstSeen,
    Instant lastSeen,
    @Nullable Instant groupShownAt,
    @Nullable NodeProfile published,
    @Nullable Instant publishedAt,
    Facts facts) {

  /** What has not been shown for as long as a measurement holds may be over: addresses are given to others. */
  boolean isGroup(Instant now) {
    return groupShownAt != null && groupShownAt.plus(Facts.VALID).isAfter(now);
  }
}
