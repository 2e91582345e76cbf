/**
 * A layer as the difference to layers that the other side holds. What both sides share: where bases come from, and what
 * can go wrong. {@link io.cts.delta.encode.DeltaEncoder} makes deltas, {@link io.cts.delta.apply.DeltaApplier} makes
 * layers of them.
 */
@NullMarked
package io.cts.delta;

import org.jspecify.annotations.NullMarked;
