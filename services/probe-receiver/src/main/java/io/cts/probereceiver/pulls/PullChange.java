package io.cts.probereceiver.pulls;

import io.cts.contract.PullId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A pull came to a state.
 *
 * @param step 1 for the first of a pull; no gaps
 * @param end whether nothing follows
 * @param detail one sentence for people; absent where the state says it all
 */
record PullChange(PullId pull, int step, String state, boolean end, Instant at, @Nullable String detail) {}
