package io.cts.blobs.packed;

import io.cts.blobs.BlobPruner;
import io.cts.blobs.packed.Recipe.Chunk;
import io.cts.codec.SeekableZstd;
import io.cts.contract.Digest;
import io.cts.delta.SeekableLayer;
import io.cts.delta.tar.ContentId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes packs that no recipe names, and makes those anew of which most is used no longer. A chunk that a recipe names is
 * never removed: recipes are read first, and whoever calls sees to it that none is written meanwhile.
 */
final class PackCollector {
  private static final Logger LOG = LoggerFactory.getLogger(PackCollector.class);
  /** A pack of which less is used is made anew without the rest. */
  private static final double LEAST_USED = 0.5;

  private final BlobPruner packs;
  private final Recipes recipes;
  private final Map<Digest, Map<Digest, Long>> bytesByPack;

  PackCollector(BlobPruner packs, Recipes recipes) throws IOException {
    this.packs = packs;
    this.recipes = recipes;
    this.bytesByPack = recipes.readAgain();
  }

  /** @return bytes that are free now */
  long collect() throws IOException {
    var blobsByPack = new HashMap<Digest, Set<Digest>>();
    bytesByPack.forEach((blob, inPacks) -> inPacks.keySet()
        .forEach(pack -> blobsByPack.computeIfAbsent(pack, _ -> new HashSet<>()).add(blob)));
    List<BlobPruner.Entry> there;
    try (var all = packs.list()) {
      there = all.toList();
    }
    var freed = 0L;
    for (var pack : there) {
      var users = blobsByPack.get(pack.digest());
      freed += users != null ? slimmed(pack, users) : packs.delete(pack.digest()) ? pack.sizeBytes() : 0;
    }
    return freed;
  }

  private long slimmed(BlobPruner.Entry pack, Set<Digest> users) throws IOException {
    try (var blob = packs.open(pack.digest());
        var plain = new SeekableLayer(SeekableZstd.of(blob.sizeBytes(), blob::from))) {
      var most = users.stream()
          .mapToLong(user -> bytesByPack.getOrDefault(user, Map.of()).getOrDefault(pack.digest(), 0L))
          .max()
          .orElse(0);
      if (most >= LEAST_USED * plain.size()) {
        return 0; // one blob alone uses it
      }
      var using = new HashMap<Digest, Recipe>();
      var used = new HashMap<ContentId, Chunk>();
      for (var user : users) {
        recipes.read(user).ifPresent(recipe -> {
          using.put(user, recipe);
          recipe.chunks()
              .stream()
              .filter(chunk -> recipe.packs().get(chunk.pack()).equals(pack.digest()))
              .forEach(chunk -> used.putIfAbsent(chunk.id(), chunk));
        });
      }
      return used.values().stream().mapToLong(Chunk::bytes).sum() >= LEAST_USED * plain.size()
          ? 0
          : rewritten(pack, plain, using, used);
    }
  }

  private long rewritten(BlobPruner.Entry pack, SeekableLayer plain, Map<Digest, Recipe> using,
      Map<ContentId, Chunk> used) throws IOException {
    try (var writer = new PackWriter(packs)) {
      var offsets = new HashMap<ContentId, Long>();
      for (var chunk : used.values().stream().sorted(Comparator.comparingLong(Chunk::offset)).toList()) {
        var bytes = new byte[chunk.bytes()];
        plain.read(chunk.offset(), ByteBuffer.wrap(bytes));
        if (!ContentId.ofSha256(Digest.Algorithm.SHA256.newHash().digest(bytes)).equals(chunk.id())) {
          LOG.warn("pack {} is damaged at byte {}: it stays as it is", pack.digest(), chunk.offset());
          return 0;
        }
        offsets.put(chunk.id(), writer.add(bytes, bytes.length));
      }
      var slim = writer.commit();
      for (var user : using.entrySet()) {
        recipes.write(user.getKey(), moved(user.getValue(), pack.digest(), slim.digest(), offsets));
      }
      packs.delete(pack.digest());
      return pack.sizeBytes() - slim.storedBytes();
    }
  }

  private static Recipe moved(Recipe recipe, Digest from, Digest to, Map<ContentId, Long> offsets) {
    var packs = recipe.packs().stream().map(pack -> pack.equals(from) ? to : pack).toList();
    var chunks = recipe.chunks()
        .stream()
        .map(chunk -> recipe.packs().get(chunk.pack()).equals(from)
            ? new Chunk(chunk.id(), chunk.pack(), offsets.getOrDefault(chunk.id(), chunk.offset()), chunk.bytes())
            : chunk)
        .toList();
    return new Recipe(recipe.bytes(), packs, chunks);
  }
}
