package io.cts.delta.chunk;

import io.cts.delta.tar.Gear;

/**
 * Cuts what comes by into chunks (Xia et al., "The Design of Fast Content-Defined Chunking", IEEE TPDS 2020: gear hash,
 * nothing cut below the least size, normalised by two masks). Holds nothing but its place. Where it cuts never changes:
 * chunks are kept by their names.
 */
public final class Chunker {
  /** So many bits more are asked for before the normal size, and fewer after it (the paper's level 2). */
  private static final int NORMALISATION = 2;

  /** Hears of the bytes in their order, and of every end of a chunk. */
  public interface Listener {
    void bytes(byte[] buffer, int offset, int length);

    void cut(int chunkBytes);
  }

  private final ChunkSizes sizes;
  private final Listener listener;
  private final long[] gear = Gear.numbers();
  private final long reluctant;
  private final long willing;
  private long hash;
  private int chunkBytes;

  public Chunker(ChunkSizes sizes, Listener listener) {
    this.sizes = sizes;
    this.listener = listener;
    var bits = Integer.numberOfTrailingZeros(sizes.normal());
    this.reluctant = highest(bits + NORMALISATION);
    this.willing = highest(bits - NORMALISATION);
  }

  /** The highest bits depend on the most bytes. */
  private static long highest(int bits) {
    return -1L << 64 - bits;
  }

  /** The next bytes. */
  public void accept(byte[] buffer, int offset, int length) {
    var from = offset;
    var end = offset + length;
    while (from < end) {
      var stop = nextCut(buffer, from, end);
      var isCut = stop > 0;
      var taken = (isCut ? stop : end) - from;
      listener.bytes(buffer, from, taken);
      from += taken;
      if (isCut) {
        cut();
      }
    }
  }

  /** Nothing more comes: what is left is the last chunk. */
  public void finish() {
    if (chunkBytes > 0) {
      cut();
    }
  }

  private void cut() {
    listener.cut(chunkBytes);
    chunkBytes = 0;
    hash = 0;
  }

  /** The index behind the byte that ends this chunk, or 0 if that is not before {@code end}. Counts what it passes. */
  private int nextCut(byte[] buffer, int from, int end) {
    var skipped = Math.clamp(sizes.least() - chunkBytes, 0, end - from);
    chunkBytes += skipped;
    var start = from + skipped;
    var middle = start + Math.clamp(sizes.normal() - chunkBytes, 0, end - start);
    var cut = search(buffer, start, middle, reluctant);
    if (cut == 0) {
      var last = middle + Math.clamp(sizes.most() - chunkBytes, 0, end - middle);
      cut = search(buffer, middle, last, willing);
      if (cut == 0 && chunkBytes == sizes.most()) {
        cut = last;
      }
    }
    return cut;
  }

  private int search(byte[] buffer, int from, int end, long mask) {
    var rolling = hash;
    for (var i = from; i < end; i++) {
      rolling = (rolling << 1) + gear[buffer[i] & 0xff];
      if ((rolling & mask) == 0) {
        hash = rolling;
        chunkBytes += i + 1 - from;
        return i + 1;
      }
    }
    hash = rolling;
    chunkBytes += end - from;
    return 0;
  }
}
