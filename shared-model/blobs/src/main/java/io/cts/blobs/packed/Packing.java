package io.cts.blobs.packed;

import io.cts.blobs.packed.PackedBlobs.Place;
import io.cts.contract.Digest;
import io.cts.delta.chunk.ChunkSizes;
import io.cts.delta.chunk.Chunker;
import io.cts.delta.tar.ContentId;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Cuts one blob into chunks, and writes those that lie in no pack. */
final class Packing {
  /** Smaller ones share more and take more of the recipe: 16 KiB shared 4 % more than 64 KiB of an update (RATIONALE.md). */
  private static final ChunkSizes SIZES = ChunkSizes.around(32 << 10);
  private static final int BLOCK_BYTES = 128 << 10;

  private final PackWriter writer;
  private final Map<ContentId, Place> places;
  private final List<Taken> taken = new ArrayList<>();
  /** Packs that are there, of which chunks are used. */
  private final Set<Digest> others = new LinkedHashSet<>();
  private final byte[] chunk = new byte[SIZES.most()];
  private final MessageDigest chunkHash = Digest.Algorithm.SHA256.newHash();
  private int filled;
  private long bytes;
  private long newBytes;

  private record Taken(ContentId id, Place place) {}

  /** @param places of chunks that are there; what is written is added */
  Packing(PackWriter writer, Map<ContentId, Place> places) {
    this.writer = writer;
    this.places = places;
  }

  /** Takes all of {@code in}; its digest. */
  Digest read(InputStream in) throws IOException {
    var whole = Digest.Algorithm.SHA256.newHash();
    var chunker = new Chunker(SIZES, new Chunker.Listener() {
      @Override
      public void bytes(byte[] buffer, int offset, int length) {
        System.arraycopy(buffer, offset, chunk, filled, length);
        filled += length;
      }

      @Override
      public void cut(int chunkBytes) {
        try {
          take(chunkBytes);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    });
    var block = new byte[BLOCK_BYTES];
    try {
      for (int count; (count = in.read(block)) >= 0;) {
        whole.update(block, 0, count);
        chunker.accept(block, 0, count);
        bytes += count;
        if (bytes > PackedBlobs.LARGEST_BYTES) {
          throw new IOException("the blob has more than the " + PackedBlobs.LARGEST_BYTES + " bytes that are packed");
        }
      }
      chunker.finish();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return Digest.finished(whole.digest());
  }

  private void take(int chunkBytes) throws IOException {
    chunkHash.update(chunk, 0, chunkBytes);
    var id = ContentId.ofSha256(chunkHash.digest());
    filled = 0;
    var place = places.get(id);
    if (place == null || !mayUse(place)) {
      place = new Place(null, writer.add(chunk, chunkBytes), chunkBytes);
      places.put(id, place);
      newBytes += chunkBytes;
    }
    taken.add(new Taken(id, place));
  }

  /** Notes that the recipe names the place's pack, if there is room for one more beside the new one. */
  private boolean mayUse(Place place) {
    if (place.pack() == null || others.contains(place.pack())) {
      return true;
    }
    return others.size() < PackedBlobs.MOST_PACKS - 1 && others.add(place.pack());
  }

  long newBytes() {
    return newBytes;
  }

  /** @param written digest of the pack that the new chunks are in; absent where there are none */
  Recipe recipe(@Nullable Digest written) {
    var packs = new ArrayList<>(others);
    if (written != null) {
      packs.add(written);
    }
    var chunks = taken.stream()
        .map(each -> new Recipe.Chunk(each.id,
            each.place.pack() == null ? packs.size() - 1 : packs.indexOf(each.place.pack()), each.place.offset(),
            each.place.bytes()))
        .toList();
    return new Recipe(bytes, packs, chunks);
  }
}
