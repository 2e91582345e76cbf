package io.cts.codec;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Cuts what it is given into zstd frames of one plain size and ends with their {@link SeekTable}. Each frame is encoded
 * in one call, which is a tenth faster than streaming into it and makes it smaller. The buffers lie outside the heap so
 * that no garbage collection waits for a frame at a high level, and are given back by {@link #close()}.
 */
final class ZstdFrames extends OutputStream {
  private static final int COPY_BYTES = 128 << 10;

  private final OutputStream out;
  private final Arena memory = Arena.ofShared();
  private final ByteBuffer plain;
  private final ZstdCompressCtx context = new ZstdCompressCtx();
  private final SeekTable.Builder seekTable = new SeekTable.Builder();
  private final byte[] copy = new byte[COPY_BYTES];
  private @Nullable ByteBuffer encoded;
  private boolean closed;

  ZstdFrames(OutputStream out, int level, int framePlainBytes) {
    this.out = out;
    this.plain = memory.allocate(framePlainBytes).asByteBuffer();
    context.setLevel(level).setChecksum(true).setContentSize(true);
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[]{(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (closed) {
      throw new IOException("the encoder is closed");
    }
    var done = 0;
    while (done < length) {
      var chunk = Math.min(length - done, plain.remaining());
      plain.put(bytes, offset + done, chunk);
      done += chunk;
      if (!plain.hasRemaining()) {
        endFrame();
      }
    }
  }

  /** Does not cut a frame: where frames end depends on the bytes alone. */
  @Override
  public void flush() throws IOException {
    out.flush();
  }

  private void endFrame() throws IOException {
    plain.flip();
    var frame = encoded(Math.toIntExact(Zstd.compressBound(plain.limit())));
    var size = context.compressDirectByteBuffer(frame, 0, frame.capacity(), plain, 0, plain.limit());
    frame.limit(size);
    while (frame.hasRemaining()) {
      var chunk = Math.min(copy.length, frame.remaining());
      frame.get(copy, 0, chunk);
      out.write(copy, 0, chunk);
    }
    seekTable.add(size, plain.limit());
    plain.clear();
  }

  /** Sized by the first frame, so that a small layer takes little; no later one is larger. */
  private ByteBuffer encoded(int bound) {
    if (encoded == null) {
      encoded = memory.allocate(bound).asByteBuffer();
    }
    return encoded.clear();
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try (out; memory; context) {
      if (plain.position() > 0 || seekTable.isEmpty()) {
        endFrame(); // an empty layer is one empty frame
      }
      out.write(seekTable.build().toBytes());
    }
  }
}
