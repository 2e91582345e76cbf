package io.cts.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.cts.contract.CodecFamily;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Lz4CodecTest extends CodecContract {
  private final Command lz4 = new Command("lz4");

  Lz4CodecTest() {
    super(CodecFamily.LZ4);
  }

  @Override
  int usualLevel() {
    return 0;
  }

  @Test
  void frames_follow_each_other_and_skippable_ones_are_skipped() throws Exception {
    var first = sample(3_000_000);
    var last = sample(1000);
    var skippable = new byte[]{0x5F, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 7, 7, 7};
    var frames = concatenated(encode(first), skippable, encode(new byte[0]), encode(last), skippable);
    assertThat(decode(frames)).isEqualTo(concatenated(first, last));
  }

  @Test
  void the_lz4_command_reads_what_is_written(@TempDir Path folder) throws Exception {
    var plain = sample(3_000_000);
    for (var level : new int[]{0, 1, 9, 12}) {
      assertThat(lz4.run(folder, encode(plain, level), "-dc")).isEqualTo(plain);
    }
  }

  @Test
  void what_the_lz4_command_writes_is_read(@TempDir Path folder) throws Exception {
    var plain = sample(3_000_000);
    for (var options : new String[][]{{"-1"}, {"-9"}, {"-B4"}, {"-B7", "-BX"}, {"--content-size"},
        {"--no-frame-crc"}}) {
      assertThat(decode(lz4.run(folder, plain, concat("-c", options)))).as("lz4 %s", (Object) options).isEqualTo(plain);
    }
  }

  private static String[] concat(String first, String... rest) {
    return java.util.stream.Stream.concat(java.util.stream.Stream.of(first), java.util.stream.Stream.of(rest))
        .toArray(String[]::new);
  }

  @Test
  void blocks_that_depend_on_each_other_are_refused(@TempDir Path folder) throws Exception {
    var linked = lz4.run(folder, sample(300_000), "-c", "-B4", "-BD");
    assertThatExceptionOfType(MalformedLayer.class).isThrownBy(() -> decode(linked))
        .withMessageContaining("depend on each other");
  }

  @Test
  void a_stated_size_that_is_wrong_is_malformed(@TempDir Path folder) throws Exception {
    var stated = lz4.run(folder, sample(300_000), "-c", "--content-size", "-B4");
    var unstated = lz4.run(folder, sample(300_001), "-c", "--content-size", "-B4");
    var header = 4 + 2 + 8 + 1;
    System.arraycopy(unstated, 0, stated, 0, header);
    assertThatExceptionOfType(MalformedLayer.class).isThrownBy(() -> decode(stated))
        .withMessageContaining("less than it states");
  }

  @Test
  void the_version_is_the_library_in_the_build() throws Exception {
    var pom = new Properties();
    try (var in = net.jpountz.lz4.LZ4Factory.class
        .getResourceAsStream("/META-INF/maven/at.yawk.lz4/lz4-java/pom.properties")) {
      pom.load(in);
    }
    assertThat(Lz4Codec.LIBRARY_VERSION).isEqualTo(pom.getProperty("version"));
  }
}
