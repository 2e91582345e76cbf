package io.cts.codec;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;

/** All frames of a zstd stream (RFC 8878), skippable ones skipped. The window is bounded before it is allocated. */
final class ZstdDecoder extends Decoder {
  static final int FRAME = 0xFD2FB528; // RFC 8878, section 3.1.1
  static final int BUFFER_BYTES = 128 << 10; // a block's largest size: RFC 8878, section 3.1.1.2.4

  private final EncodedInput input;
  private final Arena memory = Arena.ofShared();
  private final ByteBuffer encoded = memory.allocate(BUFFER_BYTES).asByteBuffer().limit(0);
  private final ByteBuffer plain = memory.allocate(2 * BUFFER_BYTES).asByteBuffer().limit(0);
  private final ZstdDecompressCtx context = new ZstdDecompressCtx();
  private boolean insideFrame;
  private boolean hadFrame;

  ZstdDecoder(EncodedInput input, DecodeBounds bounds) {
    super(input, bounds);
    this.input = input;
    context.setLongMax(bounds.maxWindowLog());
  }

  @Override
  int decode(byte[] into, int offset, int length) throws IOException {
    while (!plain.hasRemaining()) {
      if (!decodeMore()) {
        return -1;
      }
    }
    var count = Math.min(length, plain.remaining());
    plain.get(into, offset, count);
    return count;
  }

  /** False where the input ended between frames. */
  private boolean decodeMore() throws IOException {
    if (!encoded.hasRemaining() && !refill()) {
      return false;
    }
    plain.clear();
    var before = encoded.position();
    try {
      insideFrame = !context.decompressDirectByteBufferStream(plain, encoded);
      hadFrame = true;
    } catch (ZstdException e) {
      throw new MalformedLayer(input.offset(), "broken zstd data: " + e.getMessage(), e);
    } finally {
      input.position += encoded.position() - before;
      plain.flip();
    }
    return true;
  }

  private boolean refill() throws IOException {
    if (!input.hasMore()) {
      if (insideFrame) {
        throw input.endsInside("a zstd frame");
      }
      if (!hadFrame) {
        throw new MalformedLayer(0, "no zstd frame: there are no bytes");
      }
      return false;
    }
    encoded.clear();
    encoded.put(input.buffer, input.position, input.limit - input.position).flip();
    return true;
  }

  @Override
  void release() {
    context.close();
    memory.close();
  }
}
