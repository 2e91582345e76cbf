package io.cts.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.cts.contract.CodecFamily;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every codec does, whichever it is. */
abstract class CodecContract {
  private static final long SEED = Long.getLong("cts.seed", System.nanoTime());
  private static final int MIB = 1 << 20;

  final CodecFamily family;
  final Codec codec;

  CodecContract(CodecFamily family) {
    this.family = family;
    this.codec = Codecs.of(family);
  }

  /** The level that most tests use. */
  abstract int usualLevel();

  /** Whether broken input can be told from sound input. */
  boolean detectsDamage() {
    return true;
  }

  @BeforeAll
  static void print_the_seed() {
    System.out.println("inputs are made from -Dcts.seed=" + SEED);
  }

  @Test
  void nothing_comes_back_as_nothing() throws Exception {
    assertThat(decode(encode(new byte[0]))).isEmpty();
  }

  @Test
  void one_byte_comes_back() throws Exception {
    assertThat(decode(encode(new byte[]{42}))).containsExactly(42);
  }

  @Test
  void every_level_gives_back_what_it_was_given() throws Exception {
    var plain = LayerLike.bytes(SEED, 300_000);
    for (var level = family.lowestLevel(); level <= family.highestLevel(); level++) {
      assertThat(decode(encode(plain, level))).as("level %d", level).isEqualTo(plain);
    }
  }

  @Test
  void a_level_outside_the_range_is_refused() {
    var out = OutputStream.nullOutputStream();
    assertThatIllegalArgumentException().isThrownBy(() -> codec.encoder(out, family.highestLevel() + 1));
    assertThatIllegalArgumentException().isThrownBy(() -> codec.encoder(out, family.lowestLevel() - 1));
  }

  @Test
  void noise_hardly_grows() throws Exception {
    var noise = new byte[3 * MIB];
    new Random(SEED).nextBytes(noise);
    var encoded = encode(noise);
    assertThat(encoded.length).isLessThan(noise.length + noise.length / 1000 + 100);
    assertThat(decode(encoded)).isEqualTo(noise);
  }

  @Test
  void the_same_bytes_make_the_same_bytes_however_they_are_written() throws Exception {
    var plain = LayerLike.bytes(SEED, 5 * MIB);
    var random = new Random(SEED);
    var out = new ByteArrayOutputStream();
    try (var encoder = codec.encoder(out, usualLevel())) {
      for (var done = 0; done < plain.length;) {
        var count = Math.min(plain.length - done, random.nextInt(200_000));
        encoder.write(plain, done, count);
        done += count;
      }
    }
    assertThat(out.toByteArray()).isEqualTo(encode(plain));
  }

  @Test
  void single_bytes_are_written_and_read_too() throws Exception {
    var plain = LayerLike.bytes(SEED, 5_000);
    var out = new ByteArrayOutputStream();
    try (var encoder = codec.encoder(out, usualLevel())) {
      for (var value : plain) {
        encoder.write(value);
      }
    }
    try (var decoder = codec.decoder(new ByteArrayInputStream(out.toByteArray()), DecodeBounds.LAYER)) {
      for (var value : plain) {
        assertThat(decoder.read()).isEqualTo(value & 0xff);
      }
      assertThat(decoder.read()).isEqualTo(-1);
    }
  }

  @Test
  void a_source_that_trickles_is_read_to_its_end() throws Exception {
    var plain = LayerLike.bytes(SEED, 50_000);
    var trickle = new FilterInputStream(new ByteArrayInputStream(encode(plain))) {
      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        return super.read(into, offset, Math.min(length, 7));
      }

      @Override
      public int available() {
        return 0;
      }
    };
    assertThat(decode(trickle)).isEqualTo(plain);
  }

  @Test
  void a_hundred_megabytes_stream_through(@TempDir Path folder) throws Exception {
    var size = 100_000_000L;
    var file = folder.resolve("encoded");
    try (var encoder = codec.encoder(Files.newOutputStream(file), usualLevel());
        var plain = new LayerLike(SEED, size)) {
      plain.transferTo(encoder);
    }
    try (var decoder = codec.decoder(Files.newInputStream(file), DecodeBounds.plainSize(size));
        var expected = new LayerLike(SEED, size)) {
      assertSame(decoder, expected);
    }
  }

  static void assertSame(InputStream actual, InputStream expected) throws IOException {
    var offset = 0L;
    while (true) {
      var should = expected.readNBytes(MIB);
      assertThat(actual.readNBytes(MIB)).as("a mebibyte at %d", offset).isEqualTo(should);
      if (should.length < MIB) {
        return;
      }
      offset += should.length;
    }
  }

  @Test
  void input_that_ends_early_is_malformed_there() throws Exception {
    assumeTrue(detectsDamage());
    var encoded = encode(LayerLike.bytes(SEED, 2 * MIB));
    var random = new Random(SEED);
    for (var i = 0; i < 20; i++) {
      var cut = 1 + random.nextInt(encoded.length / 2);
      assertThatExceptionOfType(MalformedLayer.class)
          .isThrownBy(() -> decode(new ByteArrayInputStream(encoded, 0, cut)))
          .satisfies(e -> assertThat(e.offset()).isBetween(0L, (long) cut))
          .withMessageContaining("end inside");
    }
  }

  @Test
  void no_bytes_at_all_are_malformed() {
    assumeTrue(detectsDamage());
    assertThatExceptionOfType(MalformedLayer.class).isThrownBy(() -> decode(new byte[0]))
        .withMessageContaining("there are no bytes");
  }

  /** Some bits mean nothing, such as those that pad an FSE table's description to a byte: RFC 8878, section 4.1.1. */
  @Test
  void a_flipped_bit_is_malformed_with_its_whereabouts_or_means_nothing() throws Exception {
    assumeTrue(detectsDamage());
    var plain = LayerLike.bytes(SEED, 2 * MIB);
    var encoded = encode(plain);
    var random = new Random(SEED);
    var found = 0;
    for (var i = 0; i < 50; i++) {
      var at = 20 + random.nextInt(encoded.length / 2);
      var broken = encoded.clone();
      broken[at] ^= (byte) (1 << random.nextInt(8));
      try {
        assertThat(decode(broken)).as("bit flipped in byte %d", at).isEqualTo(plain);
      } catch (MalformedLayer e) {
        assertThat(e.offset()).isBetween(0L, (long) broken.length);
        found++;
      }
    }
    assertThat(found).isGreaterThan(40);
  }

  @Test
  void text_is_not_decoded() {
    assumeTrue(detectsDamage());
    assertThatExceptionOfType(MalformedLayer.class)
        .isThrownBy(() -> decode("<html>502 Bad Gateway</html>".getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void a_decoder_that_failed_fails_again() throws Exception {
    var encoded = encode(new byte[1000]);
    try (var decoder = codec.decoder(new ByteArrayInputStream(encoded), DecodeBounds.plainSize(10))) {
      assertThatExceptionOfType(MalformedLayer.class).isThrownBy(decoder::readAllBytes);
      assertThatExceptionOfType(MalformedLayer.class).isThrownBy(decoder::read)
          .withMessageContaining("failed before");
    }
  }

  @Test
  void not_a_byte_more_than_allowed_is_given_out() throws Exception {
    var plain = LayerLike.bytes(SEED, 2 * MIB);
    var encoded = encode(plain);
    var given = new ByteArrayOutputStream();
    try (var decoder = codec.decoder(new ByteArrayInputStream(encoded), DecodeBounds.plainSize(plain.length - 1))) {
      assertThatExceptionOfType(MalformedLayer.class).isThrownBy(() -> decoder.transferTo(given))
          .withMessageContaining("more than the 2097151 bytes that are allowed");
    }
    assertThat(given.size()).isLessThan(plain.length);
    assertThat(decode(new ByteArrayInputStream(encoded), DecodeBounds.plainSize(plain.length))).isEqualTo(plain);
  }

  @Test
  void a_ratio_beyond_the_bound_is_malformed() throws Exception {
    assumeTrue(family != CodecFamily.IDENTITY);
    var zeros = encode(new byte[20 * MIB]);
    assertThatExceptionOfType(MalformedLayer.class)
        .isThrownBy(() -> decode(new ByteArrayInputStream(zeros), new DecodeBounds(1L << 30, 100, 27)))
        .withMessageContaining("more than 100 times its size");
  }

  @Test
  void a_failing_source_is_not_mistaken_for_a_malformed_one() throws Exception {
    var encoded = encode(LayerLike.bytes(SEED, MIB));
    var failing = new SequenceInputStream(new ByteArrayInputStream(encoded, 0, encoded.length / 2),
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("the disk is gone");
          }
        });
    assertThatExceptionOfType(IOException.class).isThrownBy(() -> decode(failing))
        .withMessage("the disk is gone")
        .isNotInstanceOf(MalformedLayer.class);
  }

  @Test
  void closing_closes_the_other_end_once() throws Exception {
    var closed = new AtomicInteger();
    var encoded = new ByteArrayOutputStream();
    var encoder = codec.encoder(new FilterOutputStream(encoded) {
      @Override
      public void close() {
        closed.incrementAndGet();
      }
    }, usualLevel());
    encoder.write(1);
    encoder.close();
    encoder.close();
    var decoder = codec.decoder(new ByteArrayInputStream(encoded.toByteArray()) {
      @Override
      public void close() {
        closed.incrementAndGet();
      }
    }, DecodeBounds.LAYER);
    decoder.close();
    decoder.close();
    assertThat(closed).hasValue(2);
  }

  @Test
  void the_version_names_the_codec() {
    assertThat(codec.version()).matches("[a-z0-9][a-z0-9.-]+");
  }

  @Test
  void its_bytes_are_recognised() throws Exception {
    var head = Arrays.copyOf(encode(LayerLike.bytes(SEED, 10_000)), Codecs.HEAD_BYTES);
    assertThat(Codecs.recognise(head)).isEqualTo(family);
  }

  final byte[] encode(byte[] plain) throws IOException {
    return encode(plain, usualLevel());
  }

  final byte[] encode(byte[] plain, int level) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var encoder = codec.encoder(out, level)) {
      encoder.write(plain);
    }
    return out.toByteArray();
  }

  final byte[] decode(byte[] encoded) throws IOException {
    return decode(new ByteArrayInputStream(encoded));
  }

  final byte[] decode(InputStream encoded) throws IOException {
    return decode(encoded, DecodeBounds.LAYER);
  }

  final byte[] decode(InputStream encoded, DecodeBounds bounds) throws IOException {
    try (var decoder = codec.decoder(encoded, bounds)) {
      return decoder.readAllBytes();
    }
  }

  /** Layer-like bytes that differ from run to run; the seed is printed. */
  static byte[] sample(int bytes) {
    return LayerLike.bytes(SEED, bytes);
  }

  static byte[] concatenated(byte[]... parts) {
    var all = new ByteArrayOutputStream();
    for (var part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
