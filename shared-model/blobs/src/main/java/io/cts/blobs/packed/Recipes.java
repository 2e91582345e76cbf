package io.cts.blobs.packed;

import io.cts.contract.Digest;
import java.io.IOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The recipes on a shelf, and in memory how much of each blob lies in which pack. Thread-safe. */
final class Recipes {
  private static final Logger LOG = LoggerFactory.getLogger(Recipes.class);
  /** Those of other processes are seen after that at the latest. */
  private static final long LOOKS_AGAIN_NANOS = 10_000_000_000L;

  private final RecipeShelf shelf;
  private final Map<Digest, Map<Digest, Long>> bytesByPack = new ConcurrentHashMap<>();
  private volatile long looksAgainAt = System.nanoTime();

  Recipes(RecipeShelf shelf) {
    this.shelf = shelf;
  }

  /** Bytes of each blob that has a recipe in each pack; changes while it is read. */
  Map<Digest, Map<Digest, Long>> bytesByPack() throws IOException {
    if (System.nanoTime() - looksAgainAt >= 0) {
      synchronized (bytesByPack) {
        if (System.nanoTime() - looksAgainAt >= 0) {
          look(blob -> !bytesByPack.containsKey(blob));
          looksAgainAt = System.nanoTime() + LOOKS_AGAIN_NANOS;
        }
      }
    }
    return bytesByPack;
  }

  private void look(Predicate<Digest> isRead) throws IOException {
    var there = list();
    bytesByPack.keySet().retainAll(there);
    for (var blob : there) {
      if (isRead.test(blob)) {
        read(blob).ifPresentOrElse(recipe -> bytesByPack.put(blob, recipe.bytesByPack()),
            () -> bytesByPack.remove(blob));
      }
    }
  }

  /** The same, read anew: another process may have written some again. Those that are damaged are removed. */
  Map<Digest, Map<Digest, Long>> readAgain() throws IOException {
    shelf.removeUnfinished();
    look(_ -> true);
    var damaged = list();
    damaged.removeAll(bytesByPack.keySet());
    for (var blob : damaged) {
      shelf.delete(blob); // the blob can be fetched again
    }
    return bytesByPack;
  }

  /** The blobs that have one now. */
  Set<Digest> list() throws IOException {
    var there = new HashSet<Digest>();
    try (var all = shelf.list()) {
      all.forEach(there::add);
    }
    return there;
  }

  /** Empty where there is none, or none that can be read: the blob counts as missing then. */
  Optional<Recipe> read(Digest blob) throws IOException {
    var bytes = shelf.read(blob);
    if (bytes.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Recipe.parse(bytes.get()));
    } catch (IOException e) {
      LOG.warn("the recipe of blob {} is damaged ({}): the blob counts as missing", blob, e.getMessage());
      return Optional.empty();
    }
  }

  void write(Digest blob, Recipe recipe) throws IOException {
    shelf.write(blob, recipe.toBytes());
    bytesByPack.put(blob, recipe.bytesByPack());
  }

  /** False if there was none. */
  boolean delete(Digest blob) throws IOException {
    var was = bytesByPack().containsKey(blob) && shelf.delete(blob);
    bytesByPack.remove(blob);
    return was;
  }
}
