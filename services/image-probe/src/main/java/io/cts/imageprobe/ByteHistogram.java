package io.cts.imageprobe;

/** How often each byte value occurs. */
final class ByteHistogram {
  // four tables, so that a run of equal bytes does not wait for its own last count
  private final long[][] counts = new long[4][256];
  private long total;

  void add(byte[] buffer, int offset, int length) {
    var end = offset + length;
    var i = offset;
    for (; i + 4 <= end; i += 4) {
      counts[0][buffer[i] & 0xff]++;
      counts[1][buffer[i + 1] & 0xff]++;
      counts[2][buffer[i + 2] & 0xff]++;
      counts[3][buffer[i + 3] & 0xff]++;
    }
    for (; i < end; i++) {
      counts[0][buffer[i] & 0xff]++;
    }
    total += length;
  }

  /** Order-0 entropy, 0 to 8; 0 where there are no bytes. */
  double bitsPerByte() {
    var bits = 0.0;
    for (var value = 0; value < 256; value++) {
      var count = counts[0][value] + counts[1][value] + counts[2][value] + counts[3][value];
      if (count > 0) {
        var share = (double) count / total;
        bits -= share * Math.log(share);
      }
    }
    return bits / Math.log(2);
  }
}
