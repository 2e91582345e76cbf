/** Makes deltas: matches the files of the new layer with those of the bases, and encodes what differs. */
@NullMarked
package io.cts.delta.encode;

import org.jspecify.annotations.NullMarked;
