/** Makes a layer of a delta and the bases that it builds upon. */
@NullMarked
package io.cts.delta.apply;

import org.jspecify.annotations.NullMarked;
