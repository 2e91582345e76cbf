package io.cts.delta.tar;

/**
 * The rolling hash that cuts chunks and picks what is sampled: {@code hash = (hash << 1) + TABLE[byte]} depends on the
 * last 64 bytes, the higher a bit the more of them (Xia et al., "FastCDC", USENIX ATC 2016, section 3.2).
 */
public final class Gear {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
  private static final long[] TABLE = table();

  private Gear() {}

  /** A copy of the 256 numbers; they never change, for chunks are kept. */
  public static long[] numbers() {
    return TABLE.clone();
  }

  /** What SplitMix64 gives from seed 0 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014). */
  private static long[] table() {
    var table = new long[256];
    var state = 0L;
    for (var i = 0; i < table.length; i++) {
      state += GOLDEN_GAMMA;
      table[i] = mixed(state);
    }
    return table;
  }

  static long mixed(long value) {
    var z = (value ^ value >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }
}
