/** What a bounded store lets go of first: the least seconds saved per byte. Pure functions and one small queue, no I/O. */
@NullMarked
package io.cts.cost.eviction;

import org.jspecify.annotations.NullMarked;
