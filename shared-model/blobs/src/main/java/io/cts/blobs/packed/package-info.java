/** Blobs that are kept as chunks, each chunk once however many blobs have it. */
@NullMarked
package io.cts.blobs.packed;

import org.jspecify.annotations.NullMarked;
