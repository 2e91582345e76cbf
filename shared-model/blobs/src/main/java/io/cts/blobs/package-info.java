/**
 * Content-addressed storage of blobs. A capability is an interface: {@link io.cts.blobs.BlobReader} reads,
 * {@link io.cts.blobs.BlobWriter} also writes, {@link io.cts.blobs.BlobPruner} also lists and removes.
 */
@NullMarked
package io.cts.blobs;

import org.jspecify.annotations.NullMarked;
