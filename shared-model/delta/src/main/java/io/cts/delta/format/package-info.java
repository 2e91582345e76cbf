/** The binary format of deltas, as the module's README states it. */
@NullMarked
package io.cts.delta.format;

import org.jspecify.annotations.NullMarked;
