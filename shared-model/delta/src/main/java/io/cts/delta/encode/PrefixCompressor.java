package io.cts.delta.encode;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDictContentType;
import io.cts.delta.format.Limits;
import java.util.Arrays;

/** zstd with bytes before it that the other side has. */
final class PrefixCompressor {
  private static final int SMALLEST_LOG = 10;

  private PrefixCompressor() {}

  /** One frame; nothing for nothing. */
  static byte[] compress(byte[] prefix, byte[] content, int length, Effort effort) {
    return compress(prefix, content, length, effort.level(), effort);
  }

  /** The same at another level, with the effort's tables. */
  static byte[] compress(byte[] prefix, byte[] content, int length, int level, Effort effort) {
    if (length == 0) {
      return new byte[0];
    }
    try (var context = new ZstdCompressCtx()) {
      context.setLevel(level).setContentSize(true).setChecksum(false).setDictID(false);
      if (prefix.length > 0) {
        // not by long-distance matching, which does not look into a dictionary: by tables that hold all of it
        var log = 64 - Long.numberOfLeadingZeros((long) prefix.length + length);
        context.setWindowLog(Math.clamp(log, SMALLEST_LOG, Limits.WINDOW_LOG));
        context.setHashLog(Math.clamp(log, SMALLEST_LOG, effort.hashLog()));
        context.setChainLog(Math.clamp(log, SMALLEST_LOG, effort.chainLog()));
        context.loadDict(prefix, ZstdDictContentType.RAW_CONTENT);
      }
      var encoded = new byte[(int) Zstd.compressBound(length)];
      var size = context.compressByteArray(encoded, 0, encoded.length, content, 0, length);
      return Arrays.copyOf(encoded, size);
    }
  }
}
