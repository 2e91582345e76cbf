package io.cts.blobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cts.blobs.packed.PackedBlobs;
import io.cts.contract.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a store of packed blobs does besides; whole ones in it are as in any other. */
abstract class PackedBlobsContract extends BlobStoreContract {
  private static final int LARGE = 3_000_000;

  @Override
  protected abstract PackedBlobs store();

  @Test
  void a_packed_blob_is_read_as_before_and_is_no_longer_whole() throws Exception {
    for (var size : new int[]{0, 1, 100_000, LARGE}) {
      var content = text(size, size);
      var digest = store(content);

      var packed = store().pack(digest, new ByteArrayInputStream(content));

      assertThat(packed.bytes()).isEqualTo(size);
      assertThat(packed.newBytes()).isEqualTo(size);
      assertThat(store().isPacked(digest)).isTrue();
      assertThat(store().size(digest)).hasValue((long) size);
      try (var blob = store().open(digest)) {
        assertThat(blob.file()).isEmpty();
        assertThat(blob.sizeBytes()).isEqualTo(size);
        for (var offset : new int[]{0, size / 3, Math.max(0, size - 1), size}) {
          try (var in = blob.from(offset)) {
            assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(content, offset, size));
          }
        }
      }
      assertThat(store().delete(digest)).isTrue();
      assertThat(store().size(digest)).isEmpty();
      store().collect();
    }
    assertThat(store().stats()).isEqualTo(new PackedBlobs.Stats(0, 0, 0, 0));
  }

  @Test
  void what_blobs_share_is_stored_once() throws Exception {
    var old = text(LARGE, 1);
    var update = changed(old, 2, 5);

    var first = store().pack(Digest.sha256(old), new ByteArrayInputStream(old));
    var second = store().pack(Digest.sha256(update), new ByteArrayInputStream(update));

    assertThat(second.newBytes()).isPositive().isLessThan(LARGE / 4);
    var stats = store().stats();
    assertThat(stats.blobs()).isEqualTo(2);
    assertThat(stats.blobBytes()).isEqualTo(old.length + update.length);
    assertThat(stats.chunkBytes()).isEqualTo(first.newBytes() + second.newBytes());
    assertThat(stats.storedBytes()).isEqualTo(first.storedBytes() + second.storedBytes());
    assertThat(read(Digest.sha256(update))).isEqualTo(update);
    try (var entries = store().list()) {
      assertThat(entries.mapToLong(BlobPruner.Entry::sizeBytes).sum()).as("shares add up to all packs")
          .isBetween(stats.storedBytes() - 2, stats.storedBytes() + 2);
    }
  }

  @Test
  void a_chunk_that_is_used_is_never_collected() throws Exception {
    var seed = Long.getLong("cts.seed", 20261125L);
    var random = new Random(seed);
    var kept = new HashMap<Digest, byte[]>();
    var last = text(600_000, random.nextInt());
    for (var step = 0; step < 60; step++) {
      switch (random.nextInt(4)) {
        case 0, 1 -> {
          last = random.nextInt(5) == 0
              ? text(200_000 + random.nextInt(500_000), random.nextInt())
              : changed(last, random.nextInt(), 1 + random.nextInt(6));
          store().pack(Digest.sha256(last), new ByteArrayInputStream(last));
          kept.put(Digest.sha256(last), last);
        }
        case 2 -> {
          if (!kept.isEmpty()) {
            var victim = kept.keySet().stream().sorted().toList().get(random.nextInt(kept.size()));
            assertThat(store().delete(victim)).isTrue();
            kept.remove(victim);
          }
        }
        default -> store().collect();
      }
      if (step % 10 == 9) {
        assertAllThere(kept, "step " + step + " of seed " + seed);
      }
    }
    store().collect();
    assertAllThere(kept, "at the end of seed " + seed);
    for (var blob : kept.keySet()) {
      store().delete(blob);
    }
    store().collect();
    assertThat(store().stats()).isEqualTo(new PackedBlobs.Stats(0, 0, 0, 0));
  }

  private void assertAllThere(Map<Digest, byte[]> kept, String when) throws IOException {
    for (var blob : kept.entrySet()) {
      assertThat(read(blob.getKey())).as("%s %s", blob.getKey(), when).isEqualTo(blob.getValue());
    }
  }

  @Test
  void a_pack_of_which_little_is_used_gives_the_rest_back() throws Exception {
    var old = text(LARGE, 3);
    var part = Arrays.copyOf(old, LARGE / 5);
    store().pack(Digest.sha256(old), new ByteArrayInputStream(old));
    assertThat(store().pack(Digest.sha256(part), new ByteArrayInputStream(part)).newBytes())
        .isLessThan(part.length / 2);
    var before = store().stats().storedBytes();

    store().delete(Digest.sha256(old));
    var freed = store().collect();

    assertThat(freed).isGreaterThan(before / 2);
    assertThat(store().stats().storedBytes()).isEqualTo(before - freed);
    assertThat(read(Digest.sha256(part))).isEqualTo(part);
    assertThat(store().collect()).isZero();
  }

  @Test
  void a_long_line_of_updates_needs_a_bounded_number_of_packs() throws Exception {
    var content = text(1_000_000, 4);
    for (var version = 0; version < 40; version++) {
      content = changed(content, version, 1);
      store().pack(Digest.sha256(content), new ByteArrayInputStream(content));
    }

    assertThat(read(Digest.sha256(content))).isEqualTo(content);
    assertThat(store().stats().storedBytes()).isLessThan(content.length * 3L);
  }

  @Test
  void bytes_of_another_blob_are_not_packed() throws Exception {
    var content = text(100_000, 5);
    var digest = store(content);
    var other = text(100_000, 6);

    assertThatThrownBy(() -> store().pack(digest, new ByteArrayInputStream(other))).isInstanceOf(BlobCorrupt.class);

    assertThat(store().isPacked(digest)).isFalse();
    assertThat(read(digest)).isEqualTo(content);
    store().collect();
    assertThat(store().stats()).isEqualTo(new PackedBlobs.Stats(0, 0, 0, 0));
    assertNothingUnfinished();
  }

  @Test
  void another_process_reads_what_was_packed() throws Exception {
    var content = text(LARGE, 7);
    store().pack(Digest.sha256(content), new ByteArrayInputStream(content));

    try (var other = another();
        var blob = other.open(Digest.sha256(content));
        var in = blob.from(0)) {
      assertThat(blob.verified()).as("each process reads it once itself").isFalse();
      assertThat(in.readAllBytes()).isEqualTo(content);
    }
  }

  @Test
  void a_blob_whose_recipe_is_damaged_is_missing_and_gives_its_chunks_back() throws Exception {
    var content = text(LARGE, 8);
    var digest = Digest.sha256(content);
    store().pack(digest, new ByteArrayInputStream(content));

    damageRecipe(digest);

    assertThatThrownBy(() -> store().open(digest)).isInstanceOf(BlobMissing.class);
    assertThat(store().collect()).isPositive();
    assertThat(store().size(digest)).isEmpty();
    assertThat(store().stats()).isEqualTo(new PackedBlobs.Stats(0, 0, 0, 0));
  }

  @Test
  void a_blob_one_of_whose_packs_is_gone_is_missing() throws Exception {
    var content = text(LARGE, 9);
    var digest = Digest.sha256(content);
    store().pack(digest, new ByteArrayInputStream(content));

    removePacks();

    assertThatThrownBy(() -> store().open(digest)).isInstanceOfSatisfying(BlobMissing.class,
        missing -> assertThat(missing.digest()).isEqualTo(digest));
  }

  /** The same place, opened by somebody else; to be closed by the caller. */
  protected abstract PackedBlobs another() throws Exception;

  protected abstract void damageRecipe(Digest blob) throws Exception;

  protected abstract void removePacks() throws Exception;

  private byte[] read(Digest digest) throws IOException {
    try (var blob = store().open(digest); var in = blob.from(0)) {
      return in.readAllBytes();
    }
  }

  /** Compresses to about half, and repeats nothing of the size of a chunk. */
  private static byte[] text(int size, long seed) {
    var random = new Random(seed);
    var words = List.of("layer", "chunk", "recipe", "pack", "registry", "digest");
    var content = new byte[size];
    for (var at = 0; at < size;) {
      var word = (words.get(random.nextInt(words.size())) + random.nextInt(100_000)).getBytes();
      var count = Math.min(word.length, size - at);
      System.arraycopy(word, 0, content, at, count);
      at += count;
    }
    return content;
  }

  /** Some places overwritten, and one where something was put in, so that all behind it moves. */
  private static byte[] changed(byte[] content, long seed, int places) {
    var random = new Random(seed);
    var changed = content.clone();
    for (var place = 0; place < places; place++) {
      var at = random.nextInt(content.length);
      var bytes = text(Math.min(1000, content.length - at), random.nextInt());
      System.arraycopy(bytes, 0, changed, at, bytes.length);
    }
    var cut = random.nextInt(content.length);
    var inserted = text(1 + random.nextInt(300), random.nextInt());
    var longer = Arrays.copyOf(changed, changed.length + inserted.length);
    System.arraycopy(inserted, 0, longer, cut, inserted.length);
    System.arraycopy(changed, cut, longer, cut + inserted.length, changed.length - cut);
    return longer;
  }
}
