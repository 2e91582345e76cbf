package io.cts.delta.format;

import io.cts.delta.deflate.Packer;

/** How the next bytes of the new layer come about. */
public sealed interface Instruction {

  /** They are those of a base. */
  record Copy(int base, long offset, long length) implements Instruction {}

  /** They are those of the segment's prefix, with a byte of the differences added to each (modulo 256). */
  record Add(int prefixOffset, int length) implements Instruction {}

  /** They are the next of the segment's content. */
  record Data(int length) implements Instruction {}

  /**
   * They are what {@code packer} makes of the next bytes of the segment's content.
   *
   * @param plainLength of that content
   * @param isGzip whether its CRC-32 and its length follow, four bytes each, lowest first (RFC 1952, section 2.3.1)
   */
  record Pack(int plainLength, Packer packer, boolean isGzip) implements Instruction {}

  /** They came before, at {@code offset} of the new layer, in a stretch that was kept. */
  record Again(long offset, int length) implements Instruction {}
}
