package io.cts.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.cts.contract.CodecFamily;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GzipCodecTest extends CodecContract {
  private final Command gzip = new Command("gzip");

  GzipCodecTest() {
    super(CodecFamily.GZIP);
  }

  @Override
  int usualLevel() {
    return 6;
  }

  @Test
  void members_follow_each_other() throws Exception {
    var first = sample(100_000);
    var last = "the end".getBytes(StandardCharsets.UTF_8);
    var members = concatenated(encode(first), encode(new byte[0]), encode(last));
    assertThat(decode(members)).isEqualTo(concatenated(first, last));
  }

  @Test
  void zeros_after_the_last_member_are_padding() throws Exception {
    var plain = sample(1000);
    assertThat(decode(concatenated(encode(plain), new byte[300_000]))).isEqualTo(plain);
  }

  @Test
  void anything_else_after_the_last_member_is_malformed() throws Exception {
    var member = encode(sample(1000));
    assertThatExceptionOfType(MalformedLayer.class).isThrownBy(() -> decode(concatenated(member, new byte[]{0, 0, 7})))
        .satisfies(e -> assertThat(e.offset()).isBetween((long) member.length, member.length + 3L));
  }

  @Test
  void every_optional_part_of_a_header_is_read_over() throws Exception {
    var plain = sample(1000);
    var member = encode(plain);
    var header = concatenated(new byte[]{0x1f, (byte) 0x8b, 8, 0x1f, 1, 2, 3, 4, 0, 3}, new byte[]{5, 0, 1, 2, 3, 4, 5},
        "name\0comment\0".getBytes(StandardCharsets.ISO_8859_1));
    var crc = new CRC32();
    crc.update(header);
    var headerCrc = new byte[]{(byte) crc.getValue(), (byte) (crc.getValue() >> 8)};
    var body = java.util.Arrays.copyOfRange(member, 10, member.length);
    assertThat(decode(concatenated(header, headerCrc, body))).isEqualTo(plain);
  }

  @Test
  void a_wrong_size_in_the_trailer_is_malformed() throws Exception {
    var member = encode(sample(1000));
    member[member.length - 1] ^= 1;
    assertThatExceptionOfType(MalformedLayer.class).isThrownBy(() -> decode(member))
        .withMessageContaining("does not match its trailer");
  }

  @Test
  void the_gzip_command_reads_what_is_written(@TempDir Path folder) throws Exception {
    var plain = sample(3_000_000);
    for (var level : new int[]{1, 6, 9}) {
      assertThat(gzip.run(folder, encode(plain, level), "-dc")).isEqualTo(plain);
    }
  }

  @Test
  void what_the_gzip_command_writes_is_read(@TempDir Path folder) throws Exception {
    var plain = sample(3_000_000);
    for (var level : new String[]{"-1", "-6", "-9"}) {
      assertThat(decode(gzip.run(folder, plain, "-c", level))).isEqualTo(plain);
    }
  }
}
