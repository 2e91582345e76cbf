package io.cts.probereceiver.nodes;

import io.cts.contract.Engine;
import io.cts.contract.NodeId;
import io.cts.contract.NodeProfile;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A node as the registry holds it.
 *
 * @param published the last profile that the topic was told; absent where there was none
 */
record NodeRow(
    NodeId id,
    Engine engine,
    Instant firstSeen,
    Instant lastSeen,
    @Nullable NodeProfile published,
    @Nullable Instant publishedAt,
    Facts facts) {}
