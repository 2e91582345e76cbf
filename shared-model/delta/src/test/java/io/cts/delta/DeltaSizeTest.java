package io.cts.delta;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import io.cts.delta.encode.Effort;
import io.cts.delta.tar.TarWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;

/** What a delta must not send, because the other side has it. */
class DeltaSizeTest {
  private static final int ENVELOPE = 300;
  private final Random random = new Random(42);

  @Test
  void an_equal_layer_costs_next_to_nothing() throws Exception {
    var tar = new TarWriter().file("a", noise(100_000)).file("b", noise(200_000)).end();
    assertThat(Deltas.encode(tar, Effort.QUICK, tar)).hasSizeLessThan(ENVELOPE);
  }

  @Test
  void a_file_that_moved_is_not_sent_again() throws Exception {
    var content = noise(500_000);
    var old = new TarWriter().file("usr/lib/a", content).end();
    var young = new TarWriter().file("opt/elsewhere", content).end();
    assertThat(Deltas.encode(young, Effort.QUICK, old)).hasSizeLessThan(ENVELOPE);
  }

  @Test
  void a_file_that_is_renamed_by_its_version_is_patched() throws Exception {
    var content = noise(500_000);
    var old = new TarWriter().file("usr/lib/libssl.so.3.0.11", content).file("usr/lib/libx.so.1", noise(500_000)).end();
    var young = new TarWriter().file("usr/lib/libssl.so.3.0.13", changed(content)).end();
    assertThat(Deltas.encode(young, Effort.QUICK, old)).hasSizeLessThan(ENVELOPE + 500);
  }

  @Test
  void a_file_that_is_renamed_to_anything_is_found_by_its_likeness() throws Exception {
    var content = noise(500_000);
    var old = new TarWriter().file("usr/lib/first", content).file("usr/lib/second", noise(500_000)).end();
    var young = new TarWriter().file("srv/data", changed(content)).end();
    assertThat(Deltas.encode(young, Effort.QUICK, old)).hasSizeLessThan(ENVELOPE + 500);
  }

  @Test
  void new_content_that_comes_twice_is_sent_once() throws Exception {
    var content = noise(500_000);
    var young = new TarWriter().file("a", content).file("between", noise(6_000_000)).file("z", content).end();
    assertThat(Deltas.encode(young, Effort.QUICK)).hasSizeLessThan(6_000_000 + 500_000 + 5_000);
    assertThat(Deltas.apply(Deltas.encode(young, Effort.QUICK), young)).isEqualTo(young);
  }

  @Test
  void very_many_files_that_come_twice_are_sent_once() throws Exception {
    var files = 20_000;
    var contents = new byte[files][];
    var tar = new TarWriter();
    for (var i = 0; i < 2 * files; i++) {
      if (i < files) {
        contents[i] = noise(150);
      }
      tar.file((i < files ? "app/" : "backup/") + i % files, contents[i % files]);
    }
    var young = tar.end();
    var delta = Deltas.encode(young, Effort.QUICK);
    assertThat(delta).hasSizeLessThan(files * (150 + 100));
    assertThat(Deltas.apply(delta, young)).isEqualTo(young);
  }

  @Test
  void new_times_on_every_file_cost_little() throws Exception {
    var old = new TarWriter();
    var young = new TarWriter();
    for (var i = 0; i < 1000; i++) {
      var content = noise(random.nextInt(3000));
      var name = "usr/share/" + i;
      old.file(name, content);
      var header = TarWriter.header(name, '0', content.length);
      TarWriter.put(header, 136, "14712345670");
      young.raw(TarWriter.checksummed(header)).raw(content).raw(new byte[-content.length & 511]);
    }
    assertThat(Deltas.encode(young.end(), Effort.QUICK, old.end())).hasSizeLessThan(8_000);
  }

  @Test
  void a_large_file_is_patched_piece_by_piece() throws Exception {
    var content = noise(20_000_000);
    var moved = new byte[content.length + 3_000_000];
    System.arraycopy(noise(3_000_000), 0, moved, 0, 3_000_000);
    System.arraycopy(content, 0, moved, 3_000_000, content.length);
    for (var i = 3_100_000; i < moved.length; i += 10_000) {
      moved[i]++;
    }
    var old = new TarWriter().file("model.bin", content).end();
    var young = new TarWriter().file("model.bin", moved).end();
    var delta = Deltas.encode(young, Effort.QUICK, old);
    assertThat(delta).hasSizeLessThan(3_100_000);
    assertThat(Deltas.apply(delta, young, old)).isEqualTo(young);
  }

  @Test
  void unrelated_layers_are_encoded_as_if_alone() throws Exception {
    var old = new TarWriter().file("a", text(300_000)).end();
    var young = new TarWriter().file("b", text(300_000)).end();
    assertThat(Deltas.encode(young, Effort.DENSE, old).length)
        .isLessThan((int) (Zstd.compress(young, 3).length * 1.01));
  }

  @Test
  void what_changed_inside_a_gzip_file_is_told_without_the_rest() throws Exception {
    var before = text(400_000);
    var after = before.clone();
    after[100_000] = 'X';
    var old = new TarWriter().file("changelog.gz", gzip(before)).file("other", "1").end();
    var young = new TarWriter().file("changelog.gz", gzip(after)).file("other", "1").end();
    var delta = Deltas.encode(young, Effort.DENSE, old);
    assertThat(delta).hasSizeLessThan(ENVELOPE + 300);
    assertThat(Deltas.apply(delta, young, old)).isEqualTo(young);
  }

  @Test
  void a_class_that_changed_inside_a_jar_inside_a_jar_is_told_without_the_rest() throws Exception {
    var before = text(300_000);
    var after = before.clone();
    after[100_000] = 'X';
    var same = text(200_000);
    var old = new TarWriter().file("app-1.0.jar", jar("lib/x-1.0.jar", jar("a/A.class", before, "b", same))).end();
    var young = new TarWriter().file("app-1.1.jar", jar("lib/x-1.1.jar", jar("a/A.class", after, "b", same))).end();
    var delta = Deltas.encode(young, Effort.DENSE, old);
    assertThat(delta).hasSizeLessThan(ENVELOPE + 600);
    assertThat(Deltas.apply(delta, young, old)).isEqualTo(young);
  }

  @Test
  void a_program_whose_addresses_changed_is_told_by_what_they_differ() throws Exception {
    var program = new byte[400_000];
    for (var i = 0; i < program.length; i++) {
      program[i] = i % 16 < 3 ? 0 : (byte) random.nextInt(200);
    }
    var rebuilt = program.clone();
    for (var i = 100; i < program.length; i += 80) {
      rebuilt[i] += 16;
    }
    var old = new TarWriter().file("usr/bin/app", program).end();
    var young = new TarWriter().file("usr/bin/app", rebuilt).end();
    var dense = Deltas.encode(young, Effort.DENSE, old);
    assertThat(dense).hasSizeLessThan(Deltas.encode(young, Effort.QUICK, old).length / 4);
    assertThat(Deltas.apply(dense, young, old)).isEqualTo(young);
  }

  @Test
  void what_looks_like_a_gzip_file_but_is_none_comes_back_too() throws Exception {
    var broken = gzip(text(50_000));
    broken[5_000] ^= 1;
    var twice = new byte[2 * broken.length];
    System.arraycopy(gzip(text(50_000)), 0, twice, 0, 1000);
    var old = new TarWriter().file("a.gz", gzip(text(50_000))).end();
    var young = new TarWriter().file("a.gz", broken)
        .file("b.gz", twice)
        .file("c.gz", new byte[]{0x1f, (byte) 0x8b, 8})
        .end();
    assertThat(Deltas.apply(Deltas.encode(young, Effort.DENSE, old), young, old)).isEqualTo(young);
  }

  private static byte[] jar(String name, byte[] content, String other, byte[] otherContent) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(out)) {
      put(zip, name, content);
      put(zip, other, otherContent);
    }
    return out.toByteArray();
  }

  /** Stored, as jars lie in jars. */
  private static byte[] jar(String name, byte[] inner) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(out)) {
      put(zip, name, inner);
    }
    return out.toByteArray();
  }

  private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
    var entry = new ZipEntry(name);
    entry.setTime(1_700_000_000_000L);
    if (name.endsWith(".jar")) {
      var crc = new CRC32();
      crc.update(content);
      entry.setMethod(ZipEntry.STORED);
      entry.setSize(content.length);
      entry.setCrc(crc.getValue());
    }
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  private static byte[] gzip(byte[] plain) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(out)) {
      gzip.write(plain);
    }
    return out.toByteArray();
  }

  private byte[] changed(byte[] content) {
    var copy = content.clone();
    for (var i = 0; i < 10; i++) {
      copy[random.nextInt(copy.length)]++;
    }
    return copy;
  }

  private byte[] noise(int count) {
    var bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  private byte[] text(int count) {
    var text = new StringBuilder();
    while (text.length() < count) {
      text.append(Integer.toString(random.nextInt(900) * 7919, 36)).append(' ');
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }
}
