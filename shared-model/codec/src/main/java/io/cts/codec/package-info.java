/**
 * gzip, zstd and lz4 as streams behind one interface. Decoding is bounded; what cannot be decoded is a
 * {@link io.cts.codec.MalformedLayer} that says where.
 */
@NullMarked
package io.cts.codec;

import org.jspecify.annotations.NullMarked;
