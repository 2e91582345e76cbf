package io.cts.codec;

import io.cts.contract.CodecFamily;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.GZIPOutputStream;

/** gzip (RFC 1952) through the zlib of the JDK. Writes one member, without name or time. */
final class GzipCodec implements Codec {
  private static final int BUFFER_BYTES = 128 << 10;

  @Override
  public OutputStream encoder(OutputStream out, int level) throws IOException {
    Levels.check(CodecFamily.GZIP, level);
    return new LevelledGzip(out, level);
  }

  @Override
  public InputStream decoder(InputStream in, DecodeBounds bounds) {
    return new GzipDecoder(new EncodedInput(in, BUFFER_BYTES), bounds);
  }

  /** The JDK does not tell which zlib it carries; its feature version stands for it. */
  @Override
  public String version() {
    return "zlib-jdk" + Runtime.version().feature();
  }

  private static final class LevelledGzip extends GZIPOutputStream {
    LevelledGzip(OutputStream out, int level) throws IOException {
      super(out, BUFFER_BYTES);
      def.setLevel(level);
    }
  }
}
