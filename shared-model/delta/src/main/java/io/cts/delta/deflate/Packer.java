package io.cts.delta.deflate;

import java.util.Optional;

/**
 * A program and level that makes deflate streams. All look for the longest match of the last 32 KiB in chains of hashed
 * three-byte strings and try the next byte before they take one; they differ in how long they look and where blocks end.
 * Numbers are never used anew: deltas hold them.
 */
public enum Packer {
  GZIP_9(1, Blocks.OF_GZIP, 32, 258, 258, 4096), GZIP_6(2, Blocks.OF_GZIP, 8, 16, 128, 128),
  ZLIB_9(3, Blocks.OF_ZLIB, 32, 258, 258, 4096), ZLIB_6(4, Blocks.OF_ZLIB, 8, 16, 128, 128);

  /** Where a block ends at the latest, and whether it may end before. */
  enum Blocks {
    /** GNU gzip: after 32767 symbols, or every 4096 where ending pays. */
    OF_GZIP(1 << 15, true),
    /** zlib with its usual memory level 8: after 16383 symbols. */
    OF_ZLIB(1 << 14, false);

    final int symbols;
    final boolean endEarly;

    Blocks(int symbols, boolean endEarly) {
      this.symbols = symbols;
      this.endEarly = endEarly;
    }
  }

  private final int number;
  final Blocks blocks;
  /** With a match of this length at hand, a quarter of the chain is looked at. */
  final int goodLength;
  /** With a match of this length at hand, the next byte is not tried. */
  final int lazyLength;
  /** A match of this length is taken without looking further. */
  final int niceLength;
  /** So many strings of a chain are looked at. */
  final int chainLength;

  Packer(int number, Blocks blocks, int goodLength, int lazyLength, int niceLength, int chainLength) {
    this.number = number;
    this.blocks = blocks;
    this.goodLength = goodLength;
    this.lazyLength = lazyLength;
    this.niceLength = niceLength;
    this.chainLength = chainLength;
  }

  /** By which deltas name it. */
  public int number() {
    return number;
  }

  public static Optional<Packer> of(int number) {
    for (var packer : values()) {
      if (packer.number == number) {
        return Optional.of(packer);
      }
    }
    return Optional.empty();
  }

  boolean isGzip() {
    return blocks == Blocks.OF_GZIP;
  }
}
