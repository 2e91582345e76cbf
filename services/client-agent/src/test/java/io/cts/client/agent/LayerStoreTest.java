package io.cts.client.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerStoreTest {
  @TempDir
  Path folder;

  private static Digest named(String text) {
    return Digest.sha256(text.getBytes(StandardCharsets.UTF_8));
  }

  private static void keep(LayerStore store, Digest digest, int bytes) throws IOException {
    try (var spool = new Spool(store.spools())) {
      spool.totalIs(bytes);
      spool.write(0, new byte[bytes], bytes);
      store.keep(digest, spool, CodecFamily.ZSTD);
    }
  }

  private void usedAt(Digest digest, int second) throws IOException {
    Files.setLastModifiedTime(file(digest), FileTime.from(Instant.ofEpochSecond(second)));
  }

  private Path file(Digest digest) {
    return folder.resolve("blobs/sha256-" + digest.hex() + ".zstd");
  }

  @Test
  void the_least_recently_used_goes_when_there_is_no_room() throws IOException {
    var store = new LayerStore(folder, 1_000);
    keep(store, named("a"), 400);
    keep(store, named("b"), 400);
    usedAt(named("a"), 2_000);
    usedAt(named("b"), 1_000);

    keep(store, named("c"), 400);

    assertThat(store.find(named("a"))).isPresent();
    assertThat(store.find(named("b"))).isEmpty();
    assertThat(store.find(named("c"))).map(LayerStore.Held::sizeBytes).contains(400L);
  }

  @Test
  void what_comes_and_what_has_to_go_is_told() throws IOException {
    var store = new LayerStore(folder, 1_000);
    var told = new AtomicInteger();
    store.whenChanged(told::incrementAndGet);

    keep(store, named("a"), 400);
    assertThat(told).hasValue(1);
    store.remove(named("a"));
    assertThat(told).hasValue(2);
    keep(store, named("too large"), 2_000);
    assertThat(told).hasValue(2);
  }

  @Test
  void what_is_larger_than_the_store_drives_nothing_out() throws IOException {
    var store = new LayerStore(folder, 1_000);
    keep(store, named("a"), 400);

    keep(store, named("b"), 2_000);

    assertThat(store.find(named("a"))).isPresent();
    assertThat(store.find(named("b"))).isEmpty();
  }

  @Test
  void a_new_process_finds_what_is_whole_and_removes_what_is_not() throws IOException {
    keep(new LayerStore(folder, 1_000), named("a"), 400);
    Files.write(folder.resolve("spools/spool-1.part"), new byte[10]);

    var store = new LayerStore(folder, 1_000);

    assertThat(store.find(named("a"))).map(LayerStore.Held::coding).contains(CodecFamily.ZSTD);
    assertThat(folder.resolve("spools")).isEmptyDirectory();
  }
}
