package io.cts.blobs.packed;

import io.cts.blobs.Blob;
import io.cts.codec.SeekableZstd;
import io.cts.contract.Digest;
import io.cts.delta.SeekableLayer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A blob that is put together while it is read. Holds its packs open, so that it outlives its recipe. */
final class PackedBlob implements Blob {
  private final PackedBlobs store;
  private final Digest digest;
  private final Recipe recipe;
  private final List<Blob> packs;
  /** Where each chunk begins. */
  private final long[] begins;

  /** @param packs of the recipe, which are closed with this */
  PackedBlob(PackedBlobs store, Digest digest, Recipe recipe, List<Blob> packs) {
    this.store = store;
    this.digest = digest;
    this.recipe = recipe;
    this.packs = packs;
    this.begins = new long[recipe.chunks().size()];
    var at = 0L;
    for (var index = 0; index < begins.length; index++) {
      begins[index] = at;
      at += recipe.chunks().get(index).bytes();
    }
  }

  @Override
  public Digest digest() {
    return digest;
  }

  @Override
  public long sizeBytes() {
    return recipe.bytes();
  }

  @Override
  public InputStream from(long offset) {
    if (offset < 0 || offset > sizeBytes()) {
      throw new IllegalArgumentException(
          "blob " + digest + " has " + sizeBytes() + " bytes and cannot be read from offset " + offset);
    }
    return new Chunks(offset);
  }

  @Override
  public Optional<Path> file() {
    return Optional.empty();
  }

  @Override
  public boolean verified() {
    return store.isVerified(digest);
  }

  @Override
  public void markVerified() {
    store.markVerified(digest);
  }

  @Override
  public void close() throws IOException {
    closeAll(packs);
  }

  static void closeAll(List<? extends Blob> packs) throws IOException {
    for (var pack : packs) {
      pack.close();
    }
  }

  /** Of each pack a stream or a few stay open, for what comes next mostly lies behind what came before. */
  private final class Chunks extends InputStream {
    private final List<@Nullable SeekableLayer> opened = new ArrayList<>();
    private long position;

    Chunks(long position) {
      this.position = position;
      packs.forEach(_ -> opened.add(null));
    }

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, buffer.length);
      if (length == 0) {
        return 0;
      }
      if (position == sizeBytes()) {
        return -1;
      }
      var found = Arrays.binarySearch(begins, position);
      var index = found >= 0 ? found : -found - 2;
      var chunk = recipe.chunks().get(index);
      var within = position - begins[index];
      var count = (int) Math.min(length, chunk.bytes() - within);
      try {
        pack(chunk.pack()).read(chunk.offset() + within, ByteBuffer.wrap(buffer, offset, count));
      } catch (IOException e) {
        throw new IOException("could not read blob " + digest + " from byte " + position + ", which lies in pack "
            + recipe.packs().get(chunk.pack()) + ": " + e.getMessage(), e);
      }
      position += count;
      return count;
    }

    private SeekableLayer pack(int index) throws IOException {
      var pack = opened.get(index);
      if (pack == null) {
        var blob = packs.get(index);
        pack = new SeekableLayer(SeekableZstd.of(blob.sizeBytes(), blob::from));
        opened.set(index, pack);
      }
      return pack;
    }

    @Override
    public long skip(long count) {
      var skipped = Math.clamp(count, 0, sizeBytes() - position);
      position += skipped;
      return skipped;
    }

    @Override
    public void close() throws IOException {
      for (var pack : opened) {
        if (pack != null) {
          pack.close();
        }
      }
    }
  }
}
