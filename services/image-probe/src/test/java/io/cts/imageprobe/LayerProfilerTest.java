package io.cts.imageprobe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.cts.blobs.BlobMissing;
import io.cts.blobs.FilesystemBlobs;
import io.cts.codec.Codecs;
import io.cts.codec.MalformedLayer;
import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import io.cts.contract.LayerFeatures.ClassBytes;
import io.cts.contract.LayerFeatures.CodecSample;
import io.cts.contract.LayerFeatures.FileClass;
import io.cts.delta.tar.TarIndex;
import io.cts.delta.tar.TarIndexFormat;
import io.cts.delta.tar.TarWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerProfilerTest {
  private static final Encoding GZIP = Encoding.gzip(6);

  @TempDir
  private Path folder;
  private FilesystemBlobs blobs;

  @BeforeEach
  void open_the_store() throws Exception {
    blobs = new FilesystemBlobs(folder);
  }

  @AfterEach
  void close_the_store() throws Exception {
    blobs.close();
  }

  @Test
  void a_layer_is_told_apart_by_content_size_and_codec() throws Exception {
    var tar = new TarWriter().file("etc/motd", "welcome\n".repeat(1000))
        .file("bin/run.sh", "#!/bin/sh\n")
        .member("bin/", '5', 0, new byte[0])
        .file("empty", "")
        .end();
    for (var encoding : List.of(GZIP, Encoding.zstd(3), Encoding.IDENTITY)) {
      var stored = put(encode(tar, encoding));
      var features = profiler().profile(stored);
      assertThat(features.layer()).isEqualTo(stored);
      assertThat(features.storedAs()).isEqualTo(encoding.family());
      assertThat(features.storedSizeBytes()).isEqualTo(encode(tar, encoding).length);
      assertThat(features.diffId()).isEqualTo(Digest.sha256(tar));
      assertThat(features.sizeBytes()).isEqualTo(tar.length);
      assertThat(features.fileCount()).isEqualTo(3);
      assertThat(features.bytesByClass()).containsExactly(new ClassBytes(FileClass.TEXT, 8000),
          new ClassBytes(FileClass.CODE, 10));
      assertThat(features.entropyBitsPerByte()).isBetween(1.0, 4.0);
    }
  }

  @Test
  void the_index_of_a_layer_is_stored_beside_it() throws Exception {
    var tar = new TarWriter().file("etc/motd", "welcome").file("bin/run.sh", "#!/bin/sh\n").end();
    var features = profiler().profile(put(encode(tar, GZIP)));
    try (var blob = blobs.open(Objects.requireNonNull(features.tarIndex())); var in = blob.from(0)) {
      var index = TarIndexFormat.parse(in.readAllBytes());
      assertThat(index.diffId()).isEqualTo(Digest.sha256(tar));
      assertThat(index.bytes()).isEqualTo(tar.length);
      assertThat(index.members()).extracting(TarIndex.Member::name).containsExactly("etc/motd", "bin/run.sh");
    }
  }

  @Test
  void samples_of_a_small_layer_are_its_true_ratios() throws Exception {
    var tar = new TarWriter().file("words", words(1, 5_000_000)).end();
    var features = profiler().profile(put(encode(tar, GZIP)));
    assertThat(features.samples()).extracting(CodecSample::encoding)
        .containsExactlyElementsOf(Encoding.LADDER.stream().filter(each -> each != Encoding.IDENTITY).toList());
    for (var sample : features.samples()) {
      var actual = (double) encode(tar, sample.encoding()).length / tar.length;
      assertThat(sample.ratio()).as(sample.encoding().toString()).isCloseTo(actual, within(0.03 * actual));
      assertThat(sample.encodeMBps()).isPositive();
      assertThat(sample.decodeMBps()).isPositive();
    }
  }

  @Test
  void a_sample_that_is_not_typical_is_corrected_by_the_whole() throws Exception {
    var tar = new TarWriter(); // every second block is noise, in step with the sampling
    var random = new Random(2);
    for (var i = 0; i < 80; i++) {
      var block = new byte[2 * BlockSample.BLOCK_BYTES];
      random.nextBytes(block);
      var text = words(i, BlockSample.BLOCK_BYTES);
      System.arraycopy(text, 0, block, 0, text.length);
      tar.raw(block);
    }
    var plain = tar.unfinished();
    var features = profiler(Encoding.zstd(1), Encoding.gzip(1)).profile(put(plain));
    for (var sample : features.samples()) {
      var actual = (double) encode(plain, sample.encoding()).length / plain.length;
      assertThat(sample.ratio()).as(sample.encoding().toString()).isCloseTo(actual, within(0.35 * actual));
    }
  }

  @Test
  void a_layer_that_is_no_tar_is_profiled_all_the_same() throws Exception {
    var json = "{\"not\": \"a tar\"}".repeat(100).getBytes(StandardCharsets.UTF_8);
    var features = profiler().profile(put(json));
    assertThat(features.storedAs()).isEqualTo(CodecFamily.IDENTITY);
    assertThat(features.diffId()).isEqualTo(Digest.sha256(json));
    assertThat(features.fileCount()).isZero();
    assertThat(features.bytesByClass()).containsExactly(new ClassBytes(FileClass.OTHER, json.length));
  }

  @Test
  void an_empty_layer_has_nothing_to_sample() throws Exception {
    var features = profiler().profile(put(encode(new byte[0], GZIP)));
    assertThat(features.sizeBytes()).isZero();
    assertThat(features.samples()).isEmpty();
    assertThat(features.bytesByClass()).isEmpty();
  }

  @Test
  void a_layer_that_breaks_off_is_malformed() throws Exception {
    var gzip = encode(words(3, 100_000), GZIP);
    var cut = put(Arrays.copyOf(gzip, gzip.length / 2));
    assertThatExceptionOfType(MalformedLayer.class).isThrownBy(() -> profiler().profile(cut));
  }

  @Test
  void a_layer_that_is_not_there_is_missing() {
    assertThatExceptionOfType(BlobMissing.class)
        .isThrownBy(() -> profiler().profile(Digest.sha256(new byte[]{1, 2, 3})));
  }

  private LayerProfiler profiler(Encoding... ladder) {
    return new LayerProfiler(blobs, ladder.length == 0 ? Encoding.LADDER : List.of(ladder));
  }

  private Digest put(byte[] content) throws IOException {
    try (var upload = blobs.begin()) {
      upload.write(content, 0, content.length);
      upload.commit(Digest.sha256(content));
    }
    return Digest.sha256(content);
  }

  static byte[] encode(byte[] plain, Encoding encoding) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var encoder = Codecs.of(encoding.family()).encoder(out, encoding.level())) {
      encoder.write(plain);
    }
    return out.toByteArray();
  }

  static byte[] words(long seed, int bytes) {
    var random = new Random(seed);
    var text = new StringBuilder();
    while (text.length() < bytes) {
      text.append(Integer.toString(random.nextInt(3000) * 7919, 36)).append(' ');
    }
    return text.substring(0, bytes).getBytes(StandardCharsets.UTF_8);
  }
}
