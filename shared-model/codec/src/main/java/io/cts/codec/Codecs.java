package io.cts.codec;

import io.cts.contract.CodecFamily;
import io.cts.contract.Encoding;

/** Every codec, by family. */
public final class Codecs {
  private static final Codec IDENTITY = new IdentityCodec();
  private static final Codec GZIP = new GzipCodec();
  private static final Codec ZSTD = new ZstdCodec();
  private static final Codec LZ4 = new Lz4Codec();

  /** How many first bytes {@link #recognise} wants to see. */
  public static final int HEAD_BYTES = 4;

  private Codecs() {}

  public static Codec of(CodecFamily family) {
    return switch (family) {
      case IDENTITY -> IDENTITY;
      case GZIP -> GZIP;
      case ZSTD -> ZSTD;
      case LZ4 -> LZ4;
    };
  }

  /** {@link Codec#version()} of the codec that makes {@code encoding}. */
  public static String version(Encoding encoding) {
    return of(encoding.family()).version();
  }

  /** The family that content beginning with {@code head} is encoded in; identity where no codec's mark is found. */
  public static CodecFamily recognise(byte[] head) {
    if (head.length >= 3 && (head[0] & 0xff) == 0x1f && (head[1] & 0xff) == 0x8b && head[2] == GzipDecoder.DEFLATE) {
      return CodecFamily.GZIP; // RFC 1952, section 2.3.1
    }
    if (head.length >= 4) {
      var magic = LittleEndian.int32(head, 0);
      if (magic == ZstdDecoder.FRAME || (magic & SeekTable.SKIPPABLE_MASK) == SeekTable.SKIPPABLE) {
        return CodecFamily.ZSTD; // RFC 8878, section 3.1
      }
      if (magic == Lz4Decoder.FRAME) {
        return CodecFamily.LZ4;
      }
    }
    return CodecFamily.IDENTITY;
  }
}
