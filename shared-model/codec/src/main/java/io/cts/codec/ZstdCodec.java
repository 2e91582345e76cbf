package io.cts.codec;

import com.github.luben.zstd.util.ZstdVersion;
import io.cts.contract.CodecFamily;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Zstandard (RFC 8878) through zstd-jni. Writes frames of a fixed plain size followed by a seek table, so that
 * {@link SeekableZstd} finds any plain offset; every zstd decoder reads it as one stream.
 */
final class ZstdCodec implements Codec {
  /** Changes when the same library would write other bytes because frames are cut otherwise. */
  private static final String FRAMING = "frames1";

  @Override
  public OutputStream encoder(OutputStream out, int level) {
    Levels.check(CodecFamily.ZSTD, level);
    return new ZstdFrames(out, level, framePlainBytes(level));
  }

  /**
   * Frames cost ratio because each begins with an empty window: the smallest size that costs less than 1 % of the
   * encoded bytes is taken (measured in RATIONALE.md). One frame of plain bytes and one of encoded bytes are held in
   * memory.
   */
  static int framePlainBytes(int level) {
    if (level <= 5) {
      return 4 << 20;
    }
    return level <= 12 ? 16 << 20 : 32 << 20;
  }

  @Override
  public InputStream decoder(InputStream in, DecodeBounds bounds) {
    return new ZstdDecoder(new EncodedInput(in, ZstdDecoder.BUFFER_BYTES), bounds);
  }

  @Override
  public String version() {
    return "zstd-" + ZstdVersion.VERSION + "-" + FRAMING;
  }
}
