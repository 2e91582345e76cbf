package io.cts.compression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.cts.blobs.Blob;
import io.cts.blobs.BlobWriter;
import io.cts.blobs.FilesystemBlobs;
import io.cts.blobs.Upload;
import io.cts.codec.Codecs;
import io.cts.codec.DecodeBounds;
import io.cts.codec.SeekableZstd;
import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VariantMakerTest {
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
  void a_variant_of_each_family_decodes_to_the_layer() throws Exception {
    var layer = Layers.store(blobs, 1, 3_000_000);
    for (var encoding : new Encoding[]{Encoding.IDENTITY, Encoding.gzip(1), Encoding.zstd(3), Encoding.LZ4_FAST}) {
      var made = (VariantMaker.Made) new VariantMaker(blobs).make(layer.job(encoding));
      try (var blob = blobs.open(made.variant());
          var plain = Codecs.of(encoding.family()).decoder(blob.from(0), DecodeBounds.LAYER)) {
        assertThat(plain.readAllBytes()).as(encoding.toString()).isEqualTo(layer.plain());
        assertThat(blob.sizeBytes()).isEqualTo(made.variantBytes());
      }
    }
  }

  @Test
  void a_zstd_variant_is_seekable() throws Exception {
    var layer = Layers.store(blobs, 2, 9_000_000);
    var made = (VariantMaker.Made) new VariantMaker(blobs).make(layer.job(Encoding.zstd(1)));
    try (var blob = blobs.open(made.variant());
        var tail = SeekableZstd.of(blob.sizeBytes(), blob::from).from(8_500_000)) {
      assertThat(tail.readAllBytes()).isEqualTo(Arrays.copyOfRange(layer.plain(), 8_500_000, 9_000_000));
    }
  }

  @Test
  void where_the_upstreams_blob_is_gone_the_layers_plain_bytes_will_do() throws Exception {
    var layer = Layers.store(blobs, 5, 1_000_000);
    var job = layer.job(Encoding.zstd(3));
    var fromGzip = (VariantMaker.Made) new VariantMaker(blobs).make(job);
    blobs.delete(job.layer());
    Layers.put(blobs, layer.plain());

    var fromPlain = (VariantMaker.Made) new VariantMaker(blobs).make(job);

    assertThat(fromPlain.variant()).isEqualTo(fromGzip.variant());
  }

  @Test
  void a_layer_that_is_not_what_the_job_says_is_hopeless_and_leaves_nothing() throws Exception {
    var other = new Layers.Stored(Layers.put(blobs, Layers.gzip(Layers.text(3, 1000))), Layers.text(4, 1000));
    var outcome = new VariantMaker(blobs).make(other.job(Encoding.zstd(3)));
    assertThat(outcome).isInstanceOfSatisfying(VariantMaker.Failed.class, failed -> {
      assertThat(failed.hopeless()).isTrue();
      assertThat(failed.cause()).contains("decodes to " + Digest.sha256(Layers.text(3, 1000)));
    });
    assertThat(stored()).containsExactly(other.blob());
  }

  @Test
  void a_layer_larger_than_the_job_says_is_hopeless_before_it_is_decoded_whole() throws Exception {
    var layer = new Layers.Stored(Layers.put(blobs, Layers.gzip(new byte[10_000_000])), new byte[1000]);
    var outcome = new VariantMaker(blobs).make(layer.job(Encoding.zstd(3)));
    assertThat(outcome).isInstanceOfSatisfying(VariantMaker.Failed.class, failed -> {
      assertThat(failed.hopeless()).isTrue();
      assertThat(failed.cause()).contains("more than the 1000 bytes that are allowed");
    });
  }

  @Test
  void a_layer_that_is_no_longer_stored_says_what_to_do() throws Exception {
    var gone = new Layers.Stored(Digest.sha256(new byte[]{1}), new byte[10]);
    assertThat(new VariantMaker(blobs).make(gone.job(Encoding.zstd(3)))).isEqualTo(new VariantMaker.Failed(
        "layer " + gone.blob() + " is no longer stored: pull the image again to have it fetched", true));
  }

  @Test
  void a_full_disk_may_be_better_later_and_leaves_nothing() throws Exception {
    var layer = Layers.store(blobs, 5, 1_000_000);
    assertThat(new VariantMaker(new FullDisk(blobs)).make(layer.job(Encoding.zstd(3)))).isEqualTo(
        new VariantMaker.Failed("could not make zstd-3 of layer " + layer.blob() + ": No space left on device", false));
    assertThat(stored()).containsExactly(layer.blob());
  }

  @Test
  void an_interrupt_is_no_failure() throws Exception {
    var layer = Layers.store(blobs, 6, 1_000_000);
    Thread.currentThread().interrupt();
    assertThatExceptionOfType(InterruptedIOException.class)
        .isThrownBy(() -> new VariantMaker(blobs).make(layer.job(Encoding.zstd(3))));
    assertThat(Thread.interrupted()).isTrue();
  }

  private List<Digest> stored() throws IOException {
    try (var all = blobs.list()) {
      return all.map(entry -> entry.digest()).toList();
    }
  }

  /** A store that reads, and has no room. */
  private record FullDisk(BlobWriter rest) implements BlobWriter {
    @Override
    public Upload begin() throws IOException {
      var upload = rest.begin();
      return new Upload() {
        @Override
        public void write(byte[] buffer, int offset, int length) throws IOException {
          throw new IOException("No space left on device");
        }

        @Override
        public long sizeBytes() {
          return upload.sizeBytes();
        }

        @Override
        public InputStream follow(long offset, int holdBack) {
          return upload.follow(offset, holdBack);
        }

        @Override
        public Digest digest() {
          return upload.digest();
        }

        @Override
        public void commit(Digest expected) throws IOException {
          upload.commit(expected);
        }

        @Override
        public void abort(IOException cause) throws IOException {
          upload.abort(cause);
        }

        @Override
        public void close() throws IOException {
          upload.close();
        }
      };
    }

    @Override
    public Optional<Long> size(Digest digest) throws IOException {
      return rest.size(digest);
    }

    @Override
    public Blob open(Digest digest) throws IOException {
      return rest.open(digest);
    }
  }
}
