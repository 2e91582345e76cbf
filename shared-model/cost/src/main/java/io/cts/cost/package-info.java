/**
 * What a pull costs and which encodings make it cheapest: pure functions over layer features, a node's profile, its
 * engine and what is there. No I/O, no clock, no state; everything may be called from any thread.
 *
 * <p>{@link io.cts.cost.Planner} is the way in.
 */
@NullMarked
package io.cts.cost;

import org.jspecify.annotations.NullMarked;
