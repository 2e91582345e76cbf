package io.cts.blobs.packed;

import io.cts.blobs.Blob;
import io.cts.blobs.BlobCorrupt;
import io.cts.blobs.BlobMissing;
import io.cts.blobs.BlobPruner;
import io.cts.blobs.BlobStore;
import io.cts.blobs.Upload;
import io.cts.contract.Digest;
import io.cts.delta.tar.ContentId;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store that can keep blobs as chunks: a <em>recipe</em> for each, and <em>packs</em> that hold every chunk once. Packed
 * blobs are read like all others. Any number of processes may read; only one at a time may {@link #pack} and
 * {@link #collect}, which whoever calls them has to see to.
 */
public final class PackedBlobs implements BlobStore {
  /** What is larger stays as it is: recipes are held in memory. */
  public static final long LARGEST_BYTES = 4L << 30;
  private static final Logger LOG = LoggerFactory.getLogger(PackedBlobs.class);
  /** Chunks that are remembered while a blob is packed, of about 100 bytes of heap each. */
  private static final int MOST_KNOWN = (int) Math.clamp(Runtime.getRuntime().maxMemory() / 1600, 50_000, 1_000_000);
  /** That one blob is put together from: each is held open by whoever reads it. */
  static final int MOST_PACKS = 32;

  private final BlobStore whole;
  private final BlobStore packs;
  private final Recipes recipes;
  private final Set<Digest> verified = ConcurrentHashMap.newKeySet();
  /** Whether there may be chunks that no blob has any more: an earlier process may have left some. */
  private volatile boolean collectable = true;

  /**
   * @param whole keeps blobs as they are
   * @param packs a store of its own
   */
  public PackedBlobs(BlobStore whole, BlobStore packs, RecipeShelf recipes) {
    this.whole = whole;
    this.packs = packs;
    this.recipes = new Recipes(recipes);
  }

  /**
   * How a blob was packed.
   *
   * @param bytes of the blob
   * @param newBytes of its chunks that were in no pack before
   * @param storedBytes that those take, compressed
   */
  public record Packed(long bytes, long newBytes, long storedBytes) {}

  /**
   * What packed blobs take.
   *
   * @param blobs that are packed
   * @param blobBytes of those
   * @param chunkBytes of their chunks, each counted once
   * @param storedBytes of all packs, compressed
   */
  public record Stats(long blobs, long blobBytes, long chunkBytes, long storedBytes) {}

  // ------------------------------------------------------------------ reading

  @Override
  public Optional<Long> size(Digest digest) throws IOException {
    var size = whole.size(digest);
    return size.isPresent()
        ? size
        : Optional.ofNullable(recipes.bytesByPack().get(digest))
            .map(inPacks -> inPacks.values().stream().mapToLong(Long::longValue).sum());
  }

  /** Whether the blob is kept as chunks, be it whole besides or not. */
  public boolean isPacked(Digest digest) throws IOException {
    return recipes.bytesByPack().containsKey(digest);
  }

  @Override
  public Blob open(Digest digest) throws IOException {
    try {
      return whole.open(digest);
    } catch (BlobMissing e) {
      if (!isPacked(digest)) {
        throw e;
      }
    }
    return opened(digest);
  }

  private Blob opened(Digest digest) throws IOException {
    var recipe = recipes.read(digest).orElseThrow(() -> new BlobMissing(digest));
    while (true) {
      try {
        return opened(digest, recipe);
      } catch (BlobMissing e) {
        var now = recipes.read(digest); // packs may have been made anew meanwhile
        if (now.isEmpty() || now.get().packs().equals(recipe.packs())) {
          LOG.warn("blob {} cannot be put together any more: {}", digest, e.getMessage());
          var missing = new BlobMissing(digest);
          missing.initCause(e);
          throw missing;
        }
        recipe = now.get();
      }
    }
  }

  private PackedBlob opened(Digest digest, Recipe recipe) throws IOException {
    var opened = new ArrayList<Blob>();
    try {
      for (var pack : recipe.packs()) {
        opened.add(packs.open(pack));
      }
      return new PackedBlob(this, digest, recipe, opened);
    } catch (IOException | RuntimeException e) {
      PackedBlob.closeAll(opened);
      throw e;
    }
  }

  boolean isVerified(Digest digest) {
    return verified.contains(digest);
  }

  void markVerified(Digest digest) {
    verified.add(digest);
  }

  // ------------------------------------------------------------------ writing

  @Override
  public Upload begin() throws IOException {
    return whole.begin();
  }

  /** Whole blobs with their sizes, and packed ones each with its share of the packs' bytes. */
  @Override
  public Stream<Entry> list() throws IOException {
    var shares = shares();
    return Stream.concat(whole.list().peek(entry -> shares.remove(entry.digest())),
        Stream.of(shares).flatMap(left -> left.entrySet().stream().map(it -> new Entry(it.getKey(), it.getValue()))));
  }

  /** What each packed blob takes: of each pack, in proportion to its bytes there. They add up to all packs. */
  private Map<Digest, Long> shares() throws IOException {
    var storedBytes = new HashMap<Digest, Long>();
    try (var all = packs.list()) {
      all.forEach(pack -> storedBytes.put(pack.digest(), pack.sizeBytes()));
    }
    var usedBytes = new HashMap<Digest, Long>();
    var known = recipes.bytesByPack();
    known.values().forEach(blob -> blob.forEach((pack, bytes) -> usedBytes.merge(pack, bytes, Long::sum)));
    var shares = new HashMap<Digest, Long>();
    known.forEach((blob, inPacks) -> {
      var share = 0.0;
      for (var part : inPacks.entrySet()) {
        share += (double) storedBytes.getOrDefault(part.getKey(), 0L) * part.getValue()
            / usedBytes.getOrDefault(part.getKey(), part.getValue());
      }
      shares.put(blob, Math.round(share));
    });
    return shares;
  }

  /** Removes the blob, whole and packed. What its chunks took is free after the next {@link #collect}. */
  @Override
  public boolean delete(Digest digest) throws IOException {
    verified.remove(digest);
    var wasWhole = whole.delete(digest);
    var wasPacked = recipes.delete(digest);
    collectable |= wasPacked;
    return wasWhole || wasPacked;
  }

  @Override
  public void close() throws IOException {
    try (whole) {
      packs.close();
    }
  }

  // ------------------------------------------------------------------ packing

  /**
   * Keeps a blob as chunks, and no longer whole. What was written is read again first: only a blob that comes out bit for
   * bit counts as packed.
   *
   * @param plain all its bytes; closed by the caller
   * @throws BlobCorrupt if those are another blob's, or do not come out again; nothing changes then
   */
  public Packed pack(Digest blob, InputStream plain) throws IOException {
    try (var writer = new PackWriter(packs)) {
      var packing = new Packing(writer, index());
      var actual = packing.read(plain);
      if (!actual.equals(blob)) {
        throw new BlobCorrupt(blob, actual);
      }
      var pack = writer.isEmpty() ? null : writer.commit();
      var recipe = packing.recipe(pack == null ? null : pack.digest());
      try (var again = opened(blob, recipe); var in = again.from(0)) {
        var out = digest(in);
        if (!out.equals(blob)) {
          throw new BlobCorrupt(blob, out);
        }
      }
      recipes.write(blob, recipe);
      verified.add(blob);
      whole.delete(blob);
      return new Packed(recipe.bytes(), packing.newBytes(), pack == null ? 0 : pack.storedBytes());
    }
  }

  private static Digest digest(InputStream in) throws IOException {
    var hash = Digest.Algorithm.SHA256.newHash();
    var block = new byte[128 << 10];
    for (int count; (count = in.read(block)) >= 0;) {
      hash.update(block, 0, count);
    }
    return Digest.finished(hash.digest());
  }

  /** Where the chunks of packed blobs lie; of as many as may be remembered. */
  private Map<ContentId, Place> index() throws IOException {
    var places = new HashMap<ContentId, Place>();
    for (var blob : recipes.list()) {
      var recipe = recipes.read(blob);
      for (var chunk : recipe.map(Recipe::chunks).orElse(List.of())) {
        if (places.size() >= MOST_KNOWN) {
          return places;
        }
        places.putIfAbsent(chunk.id(),
            new Place(recipe.get().packs().get(chunk.pack()), chunk.offset(), chunk.bytes()));
      }
    }
    return places;
  }

  /** @param pack absent for the one that is being written */
  record Place(@Nullable Digest pack, long offset, int bytes) {}

  // ------------------------------------------------------------------ collecting

  /**
   * Removes chunks that no blob has any more; some may stay, as long as they are the smaller part of their pack.
   *
   * @return bytes that are free now
   */
  public long collect() throws IOException {
    collectable = false;
    return new PackCollector(packs, recipes).collect();
  }

  /** Whether {@link #collect} may find something, as far as this process knows. */
  public boolean isCollectable() {
    return collectable;
  }

  /** Reads all recipes. */
  public Stats stats() throws IOException {
    var blobs = 0L;
    var blobBytes = 0L;
    var chunks = new HashMap<ContentId, Integer>();
    for (var blob : recipes.list()) {
      var recipe = recipes.read(blob);
      if (recipe.isPresent()) {
        blobs++;
        blobBytes += recipe.get().bytes();
        recipe.get().chunks().forEach(chunk -> chunks.put(chunk.id(), chunk.bytes()));
      }
    }
    try (var all = packs.list()) {
      return new Stats(blobs, blobBytes, chunks.values().stream().mapToLong(Integer::longValue).sum(),
          all.mapToLong(BlobPruner.Entry::sizeBytes).sum());
    }
  }
}
