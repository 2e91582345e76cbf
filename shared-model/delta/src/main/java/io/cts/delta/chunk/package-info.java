/** Content cut where it itself says, so that the same content is cut alike wherever it lies. */
@NullMarked
package io.cts.delta.chunk;

import org.jspecify.annotations.NullMarked;
