package io.cts.codec;

import io.cts.contract.CodecFamily;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4FrameOutputStream;
import net.jpountz.lz4.LZ4FrameOutputStream.BLOCKSIZE;
import net.jpountz.lz4.LZ4FrameOutputStream.FLG.Bits;
import net.jpountz.xxhash.XXHashFactory;

/**
 * LZ4 frames (lz4's {@code doc/lz4_Frame_format.md}) through lz4-java. Writes one frame of independent blocks with a
 * checksum of the content. Level 0 is the fast compressor, 1 to 12 the high compressor.
 */
final class Lz4Codec implements Codec {
  /** As in the build; a test compares. */
  static final String LIBRARY_VERSION = "1.13.0";
  private static final int BUFFER_BYTES = 128 << 10;
  private static final long SIZE_UNKNOWN = -1;

  @Override
  public OutputStream encoder(OutputStream out, int level) throws IOException {
    Levels.check(CodecFamily.LZ4, level);
    return new LZ4FrameOutputStream(out, BLOCKSIZE.SIZE_1MB, SIZE_UNKNOWN, compressor(level),
        XXHashFactory.fastestInstance().hash32(), Bits.BLOCK_INDEPENDENCE, Bits.CONTENT_CHECKSUM);
  }

  private static LZ4Compressor compressor(int level) {
    var lz4 = LZ4Factory.fastestInstance();
    return level == 0 ? lz4.fastCompressor() : lz4.highCompressor(level);
  }

  @Override
  public InputStream decoder(InputStream in, DecodeBounds bounds) {
    return new Lz4Decoder(new EncodedInput(in, BUFFER_BYTES), bounds);
  }

  @Override
  public String version() {
    return "lz4-java-" + LIBRARY_VERSION;
  }
}
