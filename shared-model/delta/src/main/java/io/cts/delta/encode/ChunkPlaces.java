package io.cts.delta.encode;

import io.cts.contract.Digest;
import io.cts.delta.LayerBytes;
import io.cts.delta.chunk.ChunkSizes;
import io.cts.delta.chunk.Chunker;
import io.cts.delta.tar.ContentId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/** Reads a stretch of a layer and tells its chunks with their places. */
final class ChunkPlaces {
  private static final int SLAB_BYTES = 256 << 10;
  private static final ChunkSizes SIZES = ChunkSizes.around(8 << 10);

  /** Hears of the chunks in their order. */
  interface Listener {
    void chunk(ContentId content, long at, int bytes);
  }

  private ChunkPlaces() {}

  static void of(LayerBytes layer, long from, long bytes, Listener listener) throws IOException {
    var chunker = new Chunker(SIZES, new Naming(from, listener));
    var slab = new byte[(int) Math.min(SLAB_BYTES, bytes)];
    for (var done = 0L; done < bytes; done += slab.length) {
      var count = (int) Math.min(slab.length, bytes - done);
      layer.read(from + done, ByteBuffer.wrap(slab, 0, count));
      chunker.accept(slab, 0, count);
    }
    chunker.finish();
  }

  private static final class Naming implements Chunker.Listener {
    private final Listener listener;
    private final MessageDigest hash = Digest.Algorithm.SHA256.newHash();
    private long at;

    Naming(long at, Listener listener) {
      this.at = at;
      this.listener = listener;
    }

    @Override
    public void bytes(byte[] buffer, int offset, int length) {
      hash.update(buffer, offset, length);
    }

    @Override
    public void cut(int chunkBytes) {
      listener.chunk(ContentId.ofSha256(hash.digest()), at, chunkBytes);
      at += chunkBytes;
    }
  }
}
