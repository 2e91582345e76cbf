package io.cts.imageprobe;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Blocks spread evenly over a stream whose length is not known beforehand: every block is kept until there are too many,
 * then every second, every fourth… A stream of a few blocks is kept whole. Holds at most 16 MiB.
 */
final class BlockSample {
  static final int BLOCK_BYTES = 256 << 10;
  private static final int MOST = 64;

  private List<byte[]> kept = new ArrayList<>();
  private byte[] block = new byte[BLOCK_BYTES];
  private int filled;
  private long number;
  private long stride = 1;

  void add(byte[] buffer, int offset, int length) {
    var done = 0;
    while (done < length) {
      var chunk = Math.min(length - done, BLOCK_BYTES - filled);
      if (isWanted()) {
        System.arraycopy(buffer, offset + done, block, filled, chunk);
      }
      filled += chunk;
      done += chunk;
      if (filled == BLOCK_BYTES) {
        endBlock();
      }
    }
  }

  private boolean isWanted() {
    return number % stride == 0;
  }

  private void endBlock() {
    if (isWanted()) {
      kept.add(filled == BLOCK_BYTES ? block : Arrays.copyOf(block, filled));
      block = new byte[BLOCK_BYTES];
      if (kept.size() > MOST) {
        thinOut();
      }
    }
    filled = 0;
    number++;
  }

  private void thinOut() {
    var half = new ArrayList<byte[]>();
    for (var i = 0; i < kept.size(); i += 2) {
      half.add(kept.get(i));
    }
    kept = half;
    stride *= 2;
  }

  /** The blocks in their order, once all bytes were added; the last may be short. */
  List<byte[]> blocks() {
    if (filled > 0) {
      endBlock();
    }
    return kept;
  }
}
