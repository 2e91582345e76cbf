/**
 * Makes deflate streams (RFC 1951) exactly as gzip and zlib make them, so that what they packed can travel unpacked and
 * be packed again on the other side, bit for bit.
 */
@NullMarked
package io.cts.delta.deflate;

import org.jspecify.annotations.NullMarked;
