package io.cts.delta.deflate;

/** Lengths and distances as deflate writes them: a code and extra bits (RFC 1951, section 3.2.5). */
final class Alphabets {
  static final int LITERALS = 256;
  static final int END_OF_BLOCK = 256;
  static final int LENGTH_CODES = 29;
  static final int LITERALS_AND_LENGTHS = LITERALS + 1 + LENGTH_CODES;
  static final int DISTANCES = 30;
  static final int SHORTEST_MATCH = 3;
  static final int LONGEST_MATCH = 258;
  private static final int FAR = 256;

  final int[] lengthExtra = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
  final int[] distanceExtra = {0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12,
      12, 13, 13};
  final int[] lengthBase = bases(lengthExtra, SHORTEST_MATCH);
  final int[] distanceBase = bases(distanceExtra, 1);
  private final byte[] lengthCodes = new byte[LONGEST_MATCH + 1];
  private final byte[] nearCodes = new byte[FAR + 1];
  private final byte[] farCodes = new byte[FAR];

  Alphabets() {
    lengthBase[LENGTH_CODES - 1] = LONGEST_MATCH; // it has a code of its own, though another would do
    for (var length = SHORTEST_MATCH; length <= LONGEST_MATCH; length++) {
      lengthCodes[length] = (byte) codeOf(length, lengthBase);
    }
    for (var distance = 1; distance <= FAR; distance++) {
      nearCodes[distance] = (byte) codeOf(distance, distanceBase);
    }
    for (var i = 0; i < farCodes.length; i++) {
      farCodes[i] = (byte) codeOf((i << 7) + 1, distanceBase);
    }
  }

  private static int[] bases(int[] extra, int first) {
    var bases = new int[extra.length];
    var base = first;
    for (var i = 0; i < extra.length; i++) {
      bases[i] = base;
      base += 1 << extra[i];
    }
    return bases;
  }

  private static int codeOf(int value, int[] bases) {
    var code = bases.length - 1;
    while (bases[code] > value) {
      code--;
    }
    return code;
  }

  int lengthCode(int length) {
    return lengthCodes[length];
  }

  int distanceCode(int distance) {
    return distance <= FAR ? nearCodes[distance] : farCodes[distance - 1 >> 7];
  }
}
