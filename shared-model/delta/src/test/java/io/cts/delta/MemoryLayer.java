package io.cts.delta;

import io.cts.contract.Digest;
import io.cts.delta.tar.TarIndex;
import io.cts.delta.tar.TarIndexer;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** A layer in memory. */
public record MemoryLayer(byte[] bytes) implements LayerBytes {

  @Override
  public long size() {
    return bytes.length;
  }

  @Override
  public void read(long offset, ByteBuffer into) throws IOException {
    if (offset + into.remaining() > bytes.length) {
      throw new EOFException();
    }
    into.put(bytes, (int) offset, into.remaining());
  }

  @Override
  public void close() {}

  public Digest diffId() {
    return Digest.sha256(bytes);
  }

  public TarIndex index() {
    var indexer = new TarIndexer();
    indexer.accept(bytes, 0, bytes.length);
    return indexer.finish(diffId());
  }

  /** These layers, and no others. */
  public static Bases bases(List<MemoryLayer> layers) {
    return diffId -> layers.stream()
        .filter(layer -> layer.diffId().equals(diffId))
        .findFirst()
        .orElseThrow(() -> new BaseMissing(diffId));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof MemoryLayer layer && Arrays.equals(bytes, layer.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }
}
