package io.cts.codec;

import io.cts.contract.CodecFamily;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** The plain bytes themselves. */
final class IdentityCodec implements Codec {
  private static final int BUFFER_BYTES = 64 << 10;

  @Override
  public OutputStream encoder(OutputStream out, int level) {
    Levels.check(CodecFamily.IDENTITY, level);
    return new FilterOutputStream(out) {
      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
      }
    };
  }

  @Override
  public InputStream decoder(InputStream in, DecodeBounds bounds) {
    var input = new EncodedInput(in, BUFFER_BYTES);
    return new Decoder(input, bounds) {
      @Override
      int decode(byte[] into, int offset, int length) throws IOException {
        if (!input.hasMore()) {
          return -1;
        }
        var count = Math.min(length, input.limit - input.position);
        System.arraycopy(input.buffer, input.position, into, offset, count);
        input.position += count;
        return count;
      }

      @Override
      void release() {}
    };
  }

  @Override
  public String version() {
    return "identity";
  }
}
