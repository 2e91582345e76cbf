package io.cts.client.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.github.luben.zstd.Zstd;
import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import io.cts.delta.BaseMissing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerStoreTest {
  @TempDir
  Path folder;

  private LayerStore store(long mostBytes) throws IOException {
    return new LayerStore(folder, mostBytes, new ContentStore(folder.resolve("content")));
  }

  private static Digest named(String text) {
    return Digest.sha256(text.getBytes(StandardCharsets.UTF_8));
  }

  private static void keep(LayerStore store, Digest digest, int bytes) throws IOException {
    keep(store, digest, bytes, CodecFamily.IDENTITY);
  }

  private static void keep(LayerStore store, Digest digest, int bytes, CodecFamily coding) throws IOException {
    try (var spool = store.spool()) {
      spool.totalIs(bytes);
      spool.write(0, new byte[bytes], bytes);
      store.keep(digest, spool, coding);
    }
  }

  private void usedAt(Digest digest, int second) throws IOException {
    Files.setLastModifiedTime(file(digest), FileTime.from(Instant.ofEpochSecond(second)));
  }

  private Path file(Digest digest) {
    return folder.resolve("blobs/sha256-" + digest.hex() + ".identity");
  }

  @Test
  void the_least_recently_used_goes_when_there_is_no_room() throws IOException {
    var store = store(1_000);
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
    var store = store(1_000);
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
    var store = store(1_000);
    keep(store, named("a"), 400);

    keep(store, named("b"), 2_000);

    assertThat(store.find(named("a"))).isPresent();
    assertThat(store.find(named("b"))).isEmpty();
  }

  @Test
  void a_new_process_finds_what_is_whole_and_removes_what_is_not() throws IOException {
    keep(store(1_000), named("a"), 400);
    Files.write(folder.resolve("spools/spool-1.part"), new byte[10]);

    var store = store(1_000);

    assertThat(store.find(named("a"))).map(LayerStore.Held::coding).contains(CodecFamily.IDENTITY);
    assertThat(folder.resolve("spools")).isEmptyDirectory();
  }

  @Test
  void what_cannot_be_read_from_anywhere_is_kept_so_that_it_can() throws IOException {
    var store = store(1_000_000);
    var plain = new byte[200_000];
    try (var spool = store.spool(); var out = new GZIPOutputStream(spool.appending())) {
      out.write(plain);
      out.finish();
      spool.ends();
      store.keep(named("gzip"), spool, CodecFamily.GZIP);
    }
    try (var spool = store.spool()) {
      var zstd = Zstd.compress(plain);
      spool.write(0, zstd, zstd.length);
      spool.ends();
      store.keep(named("zstd without a table"), spool, CodecFamily.ZSTD);
    }

    for (var base : store.bases()) {
      try (var layer = store.base(base)) {
        assertThat(layer.size()).isEqualTo(plain.length);
      }
    }
    assertThat(store.bases()).containsExactlyInAnyOrder(named("gzip"), named("zstd without a table"));
  }

  @Test
  void a_base_that_is_dropped_while_it_is_read_is_read_to_its_end() throws IOException {
    var store = store(1_000_000);
    var plain = "a layer ".repeat(50_000).getBytes(StandardCharsets.US_ASCII);
    try (var spool = store.spool()) {
      var zstd = Zstd.compress(plain);
      spool.write(0, zstd, zstd.length);
      spool.ends();
      store.keep(named("base"), spool, CodecFamily.ZSTD);
    }

    try (var base = store.base(named("base"))) {
      store.remove(named("base"));

      var read = ByteBuffer.allocate(plain.length);
      base.read(0, read);
      assertThat(read.array()).isEqualTo(plain);
    }
  }

  @Test
  void layers_that_the_engine_holds_serve_as_bases_in_place_and_need_no_room() throws IOException {
    var tar = new byte[2048];
    System.arraycopy("ustar".getBytes(StandardCharsets.US_ASCII), 0, tar, 257, 5);
    var content = Files.createDirectories(folder.resolve("content/blobs/sha256"));
    Files.write(content.resolve(Digest.sha256(tar).hex()), tar);
    Files.write(content.resolve(named("a manifest").hex()), "a manifest".getBytes(StandardCharsets.UTF_8));
    var store = store(10_000);
    keep(store, named("a"), 4_096, CodecFamily.IDENTITY);
    keep(store, Digest.sha256(tar), 4_096, CodecFamily.IDENTITY);
    Files.setLastModifiedTime(folder.resolve("blobs/sha256-" + named("a").hex() + ".identity"),
        FileTime.from(Instant.ofEpochSecond(1_000)));
    keep(store, named("b"), 4_096, CodecFamily.IDENTITY);

    assertThat(store.find(Digest.sha256(tar))).isEmpty();
    assertThat(store.bases()).containsExactlyInAnyOrder(named("a"), named("b"), Digest.sha256(tar));
    try (var base = store.base(Digest.sha256(tar))) {
      assertThat(base.size()).isEqualTo(2048);
    }

    store.remove(Digest.sha256(tar)); // a delta upon it failed
    assertThat(store.bases()).containsExactlyInAnyOrder(named("a"), named("b"));
    assertThatExceptionOfType(BaseMissing.class).isThrownBy(() -> store.base(Digest.sha256(tar)));
    assertThat(content.resolve(Digest.sha256(tar).hex())).exists();
  }
}
