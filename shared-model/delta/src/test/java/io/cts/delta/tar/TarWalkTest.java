package io.cts.delta.tar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TarWalkTest {

  /** Collects members with their content. */
  private static final class Seen implements TarWalk.Listener {
    final Map<String, String> contents = new LinkedHashMap<>();
    final List<TarEntry> entries = new ArrayList<>();
    private final ByteArrayOutputStream content = new ByteArrayOutputStream();

    @Override
    public void begin(TarEntry entry) {
      content.reset();
    }

    @Override
    public void content(byte[] buffer, int offset, int length) {
      content.write(buffer, offset, length);
    }

    @Override
    public void end(TarEntry entry) {
      entries.add(entry);
      contents.put(entry.name(), content.toString(StandardCharsets.UTF_8));
    }
  }

  private final Seen seen = new Seen();

  @Test
  void members_come_in_their_order_with_their_content() {
    assertThat(walk(new TarWriter().member("bin/", '5', 0, new byte[0])
        .file("bin/sh", "#!")
        .file("empty", "")
        .file("etc/os-release", "x".repeat(1000))
        .end())).isEmpty();
    assertThat(seen.contents).containsExactly(Map.entry("bin/", ""), Map.entry("bin/sh", "#!"), Map.entry("empty", ""),
        Map.entry("etc/os-release", "x".repeat(1000)));
    assertThat(seen.entries.getLast()).isEqualTo(new TarEntry("etc/os-release", '0', 2048, 2560, 1000));
  }

  @Test
  void it_does_not_matter_how_the_bytes_are_cut() {
    var tar = new TarWriter().gnuLongName("a/".repeat(80) + "b")
        .file("short", "first")
        .pax("path=later")
        .file("x",
            "y".repeat(700))
        .end();
    var seed = Long.getLong("cts.seed", System.nanoTime());
    var random = new Random(seed);
    var walk = new TarWalk(seen);
    for (var done = 0; done < tar.length;) {
      var count = Math.min(tar.length - done, 1 + random.nextInt(300));
      walk.accept(tar, done, count);
      done += count;
    }
    walk.finish();
    assertThat(walk.problem()).as("-Dcts.seed=%d", seed).isEmpty();
    assertThat(seen.contents).containsExactly(Map.entry("a/".repeat(80) + "b", "first"),
        Map.entry("later", "y".repeat(700)));
  }

  @Test
  void long_names_of_all_kinds_are_read() {
    var prefixed = TarWriter.header("name", '0', 0);
    TarWriter.put(prefixed, 345, "a/long/prefix");
    walk(new TarWriter().gnuLongName("gnu-long")
        .file("cut", "1")
        .pax("mtime=1.5", "path=pax-long")
        .file("cut", "2")
        .raw(TarWriter.checksummed(prefixed))
        .file("plain", "3")
        .end());
    assertThat(seen.contents.keySet()).containsExactly("gnu-long", "pax-long", "a/long/prefix/name", "plain");
  }

  @Test
  void a_pax_size_overrides_the_headers() {
    var content = "z".repeat(600).getBytes(StandardCharsets.UTF_8);
    walk(new TarWriter().pax("size=600").member("large", '0', 0, content).file("next", "n").end());
    assertThat(seen.contents).containsEntry("large", "z".repeat(600)).containsEntry("next", "n");
  }

  @Test
  void a_size_in_binary_is_read() {
    var header = TarWriter.header("large", '0', 0);
    header[124] = (byte) 0x80;
    Arrays.fill(header, 125, 136, (byte) 0);
    header[135] = 3;
    walk(new TarWriter().raw(TarWriter.checksummed(header))
        .raw(Arrays.copyOf(new byte[]{'a', 'b', 'c'}, 512))
        .end());
    assertThat(seen.contents).containsEntry("large", "abc");
  }

  @Test
  void links_have_no_content_whatever_their_size_says() {
    walk(new TarWriter().raw(TarWriter.header("link", '1', 5000)).file("next", "n").end());
    assertThat(seen.contents).containsExactly(Map.entry("link", ""), Map.entry("next", "n"));
  }

  @Test
  void a_sparse_file_with_a_long_map_is_read_over() {
    var header = TarWriter.header("sparse", 'S', 4);
    header[482] = 1;
    var map = new byte[512];
    map[504] = 1;
    walk(new TarWriter().raw(TarWriter.checksummed(header))
        .raw(map)
        .raw(new byte[512])
        .raw(Arrays.copyOf("data".getBytes(StandardCharsets.UTF_8), 512))
        .file("next", "n")
        .end());
    assertThat(seen.contents).containsExactly(Map.entry("sparse", "data"), Map.entry("next", "n"));
    assertThat(seen.entries.getFirst().dataOffset()).isEqualTo(3 * 512);
  }

  @Test
  void a_global_header_and_a_lone_block_of_zeros_are_read_over() {
    walk(new TarWriter().member("g", 'g', 20, "20 comment=whatever\n".getBytes(StandardCharsets.UTF_8))
        .file("a", "1")
        .raw(new byte[512])
        .file("b", "2")
        .end());
    assertThat(seen.contents.keySet()).containsExactly("a", "b");
  }

  @Test
  void what_follows_the_end_is_not_looked_at() {
    assertThat(walk(new TarWriter().file("a", "1")
        .raw(new TarWriter().end())
        .raw("rubbish".getBytes(StandardCharsets.UTF_8))
        .unfinished())).isEmpty();
    assertThat(seen.contents.keySet()).containsExactly("a");
  }

  @Test
  void a_tar_without_its_final_zeros_is_whole() {
    assertThat(walk(new TarWriter().file("a", "1").unfinished())).isEmpty();
  }

  @Test
  void what_is_not_a_tar_is_told_and_let_pass() {
    assertThat(walk("{\"schemaVersion\": 2}".repeat(100).getBytes(StandardCharsets.UTF_8)))
        .hasValue("no tar header at byte 0");
    assertThat(seen.entries).isEmpty();
  }

  @Test
  void a_tar_that_breaks_off_is_told() {
    var tar = new TarWriter().file("a", "1").file("b", "2".repeat(3000)).end();
    assertThat(walk(Arrays.copyOf(tar, 2500))).hasValue("the tar ends inside b");
    assertThat(seen.contents.keySet()).containsExactly("a");
  }

  @Test
  void extensions_are_bounded_and_sizes_are_checked() {
    assertThat(walk(new TarWriter().raw(TarWriter.header("x", 'x', 50_000_000)).end()))
        .hasValue("a tar header's extension of 50000000 bytes");
    var negative = TarWriter.header("x", '0', 0);
    Arrays.fill(negative, 124, 136, (byte) 0xff);
    assertThat(walk(new TarWriter().raw(TarWriter.checksummed(negative)).end())).hasValue("no tar header at byte 0");
  }

  @Test
  void noise_never_throws() {
    var seed = Long.getLong("cts.seed", System.nanoTime());
    var random = new Random(seed);
    for (var i = 0; i < 300; i++) {
      var tar = new TarWriter().pax("path=long/name", "size=3")
          .file("a", "abc")
          .gnuLongName("b".repeat(200))
          .file("c", "def")
          .end();
      for (var j = 0; j < 20; j++) {
        tar[random.nextInt(tar.length)] = (byte) random.nextInt();
      }
      var walk = new TarWalk(new Seen());
      walk.accept(tar, 0, tar.length);
      walk.finish();
      assertThat(walk.problem()).as("-Dcts.seed=%d", seed).isNotNull();
    }
  }

  private Optional<String> walk(byte[] tar) {
    var walk = new TarWalk(seen);
    walk.accept(tar, 0, tar.length);
    walk.finish();
    return walk.problem();
  }
}
