package io.cts.blobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.cts.blobs.packed.PackedBlobs;
import io.cts.blobs.packed.RecipeFolder;
import io.cts.contract.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackedFolderTest extends PackedBlobsContract {
  @TempDir
  private Path root;
  private PackedBlobs store;

  @BeforeEach
  void open() throws IOException {
    store = BlobStore.open(root.toString(), root.resolve("scratch"));
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  @Override
  protected PackedBlobs store() {
    return store;
  }

  @Override
  protected PackedBlobs another() throws IOException {
    return BlobStore.open(root.toString(), root.resolve("scratch"));
  }

  @Override
  protected void assertNothingUnfinished() throws IOException {
    assertThat(ChildProcess.unfinished(root)).isEmpty();
    assertThat(ChildProcess.unfinished(root.resolve(BlobStore.PACKS))).isEmpty();
  }

  @Override
  protected void damageRecipe(Digest blob) throws IOException {
    var file = root.resolve(BlobStore.RECIPES).resolve("sha256-" + blob.hex());
    var bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
  }

  @Override
  protected void removePacks() throws IOException {
    try (var packs = new FilesystemBlobs(root.resolve(BlobStore.PACKS)); var all = packs.list()) {
      for (var pack : all.toList()) {
        packs.delete(pack.digest());
      }
    }
  }

  @Test
  void whoever_reads_a_packed_blob_reads_on_while_it_is_removed() throws IOException {
    var content = new byte[2_000_000];
    new Random(1).nextBytes(content);
    var digest = Digest.sha256(content);
    store.pack(digest, new ByteArrayInputStream(content));

    try (var blob = store.open(digest); var in = blob.from(0)) {
      assertThat(in.readNBytes(10)).hasSize(10);
      store.delete(digest);
      assertThat(store.collect()).isPositive();

      assertThat(in.readAllBytes()).hasSize(content.length - 10);
    }
    assertThat(store.size(digest)).isEmpty();
  }

  @Test
  void a_reader_whose_recipe_is_replaced_before_it_has_opened_the_packs_reads_the_new_one() throws IOException {
    var old = new byte[3_000_000];
    new Random(2).nextBytes(old);
    var part = Arrays.copyOf(old, 500_000);
    var digest = Digest.sha256(part);
    store.pack(Digest.sha256(old), new ByteArrayInputStream(old));
    store.pack(digest, new ByteArrayInputStream(part));
    var recipes = new RecipeFolder(root.resolve(BlobStore.RECIPES));
    var stale = recipes.read(digest);
    store.delete(Digest.sha256(old));
    assertThat(store.collect()).as("the pack is made anew").isPositive();

    var shelf = new RecipeFolder(root.resolve(BlobStore.RECIPES)) {
      private boolean isFirst = true;

      @Override
      public Optional<byte[]> read(Digest blob) throws IOException {
        var first = isFirst;
        isFirst = false;
        return first ? stale : super.read(blob);
      }
    };
    try (var reader = new PackedBlobs(new FilesystemBlobs(root), new FilesystemBlobs(root.resolve(BlobStore.PACKS)),
        shelf)) {
      assertThat(reader.isPacked(digest)).isTrue();
      shelf.isFirst = true;

      try (var blob = reader.open(digest); var in = blob.from(0)) {
        assertThat(in.readAllBytes()).isEqualTo(part);
      }
    }
  }

  @Test
  void what_a_writer_left_that_was_killed_is_removed() throws IOException {
    store.pack(Digest.sha256(new byte[0]), new ByteArrayInputStream(new byte[0]));
    var left = Files.writeString(root.resolve(BlobStore.RECIPES).resolve("left.part"), "half a recipe");

    store.collect();

    assertThat(left).doesNotExist();
  }
}
