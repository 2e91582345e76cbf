package io.cts.delta.chunk;

/**
 * Of chunks, in bytes.
 *
 * @param least no chunk is shorter, but the last
 * @param normal a power of two: where cutting changes from reluctant to willing, so that most chunks are about as long
 * @param most no chunk is longer
 */
public record ChunkSizes(int least, int normal, int most) {

  public ChunkSizes {
    if (least < 64 || normal < least || most < normal || Integer.bitCount(normal) != 1 || most > 1 << 28) {
      throw new IllegalArgumentException(
          "chunk sizes: 64 <= least <= normal <= most <= 256 MiB, normal a power of two");
    }
  }

  /** From a quarter of it to four times as much. */
  public static ChunkSizes around(int normal) {
    return new ChunkSizes(normal / 4, normal, normal * 4);
  }
}
