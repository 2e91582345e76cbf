package io.cts.codec;

/**
 * How much a decoder may produce and hold.
 *
 * @param maxOutputBytes decoded bytes
 * @param maxRatio decoded over encoded bytes, applied after the first mebibyte of output
 * @param maxWindowLog logarithm of the window that a zstd frame may ask for (RFC 8878, section 3.1.1.1.2)
 */
public record DecodeBounds(long maxOutputBytes, double maxRatio, int maxWindowLog) {
  /**
   * For layers from an upstream: 64 GiB, windows of 128 MiB as in the engines, and 1:40,000. Zeros in zstd take that: a
   * block of 128 KiB is four bytes (RFC 8878, section 3.1.1.2). Deflate's limit is 1:1032.
   */
  public static final DecodeBounds LAYER = new DecodeBounds(64L << 30, 40_000, 27);

  public DecodeBounds {
    if (maxOutputBytes < 0 || !(maxRatio > 0) || maxWindowLog < 10 || maxWindowLog > 31) {
      throw new IllegalArgumentException("bounds must be positive, the window's logarithm 10 to 31");
    }
  }

  /**
   * For a variant whose plain size is known beforehand: that many bytes, in any ratio.
   */
  public static DecodeBounds plainSize(long bytes) {
    return new DecodeBounds(bytes, Double.POSITIVE_INFINITY, LAYER.maxWindowLog);
  }
}
