/** Stores what pulls really took, refits the cost model to it, publishes weights, keeps the scoreboard. */
@NullMarked
package io.cts.feedback;

import org.jspecify.annotations.NullMarked;
