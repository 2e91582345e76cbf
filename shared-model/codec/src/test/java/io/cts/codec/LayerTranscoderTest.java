package io.cts.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import org.junit.jupiter.api.Test;

class LayerTranscoderTest {
  private static final long SEED = Long.getLong("cts.seed", System.nanoTime());

  @Test
  void every_encoding_becomes_every_other_with_both_digests() throws Exception {
    System.out.println("inputs are made from -Dcts.seed=" + SEED);
    var plain = LayerLike.bytes(SEED, 5_000_000);
    for (var from : new Encoding[]{Encoding.IDENTITY, Encoding.gzip(6), Encoding.zstd(1), Encoding.LZ4_FAST}) {
      var source = encode(plain, from);
      for (var to : new Encoding[]{Encoding.IDENTITY, Encoding.gzip(1), Encoding.zstd(3), Encoding.LZ4_FAST}) {
        var sink = new ByteArrayOutputStream();
        var result = transcoder(new ByteArrayInputStream(source), from.family(), to).transcodeTo(sink);
        assertThat(sink.toByteArray()).as("%s to %s", from, to).isEqualTo(encode(plain, to));
        assertThat(result).isEqualTo(new LayerTranscoder.Transcoded(Digest.sha256(plain), plain.length,
            Digest.sha256(sink.toByteArray()), sink.size()));
      }
    }
  }

  @Test
  void an_empty_layer_is_transcoded() throws Exception {
    var source = encode(new byte[0], Encoding.gzip(6));
    var result = transcoder(new ByteArrayInputStream(source), CodecFamily.GZIP, Encoding.zstd(3))
        .transcodeTo(OutputStream.nullOutputStream());
    assertThat(result.diffId()).isEqualTo(Digest.sha256(new byte[0]));
    assertThat(result.plainBytes()).isZero();
  }

  @Test
  void a_broken_source_fails_with_its_own_error() throws Exception {
    var source = encode(LayerLike.bytes(SEED, 20_000_000), Encoding.gzip(1));
    var cut = new ByteArrayInputStream(source, 0, source.length / 2);
    assertThatExceptionOfType(MalformedLayer.class)
        .isThrownBy(
            () -> transcoder(cut, CodecFamily.GZIP, Encoding.zstd(3)).transcodeTo(OutputStream.nullOutputStream()))
        .satisfies(e -> assertThat(e.offset()).isEqualTo(source.length / 2));
  }

  @Test
  void a_full_sink_fails_with_its_own_error_and_ends_all_threads() throws Exception {
    var full = new OutputStream() {
      @Override
      public void write(int value) throws IOException {
        throw new IOException("No space left on device");
      }
    };
    var endless = new LayerLike(SEED, Long.MAX_VALUE);
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> transcoder(endless, CodecFamily.IDENTITY, Encoding.zstd(1)).transcodeTo(full))
        .withMessage("No space left on device");
  }

  @Test
  void an_interrupt_ends_it() {
    var endless = new LayerLike(SEED, Long.MAX_VALUE);
    Thread.currentThread().interrupt();
    assertThatExceptionOfType(InterruptedIOException.class)
        .isThrownBy(() -> transcoder(endless, CodecFamily.IDENTITY, Encoding.LZ4_FAST)
            .transcodeTo(OutputStream.nullOutputStream()));
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void neither_end_is_closed() throws Exception {
    var source = new ByteArrayInputStream(encode(new byte[10], Encoding.gzip(1))) {
      @Override
      public void close() {
        throw new AssertionError("the source is the caller's");
      }
    };
    var sink = new ByteArrayOutputStream() {
      @Override
      public void close() {
        throw new AssertionError("the sink is the caller's");
      }
    };
    transcoder(source, CodecFamily.GZIP, Encoding.gzip(9)).transcodeTo(sink);
    assertThat(sink.size()).isPositive();
  }

  private static LayerTranscoder transcoder(InputStream source, CodecFamily storedAs, Encoding wanted) {
    return new LayerTranscoder(source, storedAs, DecodeBounds.LAYER, wanted);
  }

  private static byte[] encode(byte[] plain, Encoding encoding) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var encoder = Codecs.of(encoding.family()).encoder(out, encoding.level())) {
      encoder.write(plain);
    }
    return out.toByteArray();
  }
}
