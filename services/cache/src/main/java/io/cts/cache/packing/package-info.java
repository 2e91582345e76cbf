/** Layers that nobody asked for lately are kept as chunks, which they share with their kin. */
@NullMarked
package io.cts.cache.packing;

import org.jspecify.annotations.NullMarked;
