/**
 * image-probe: reads each stored layer once and tells what it found. {@link io.cts.imageprobe.StoredImages} takes images
 * in and tells of those whose layers are all read, {@link io.cts.imageprobe.LayerReaders} reads layers,
 * {@link io.cts.imageprobe.LayerProfiler} knows what to look for.
 */
@NullMarked
package io.cts.imageprobe;

import org.jspecify.annotations.NullMarked;
