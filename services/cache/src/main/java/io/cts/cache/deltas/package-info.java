/** Layers as differences to what an agent holds: which are wanted, upon which bases, and when one is served. */
@NullMarked
package io.cts.cache.deltas;

import org.jspecify.annotations.NullMarked;
