package io.cts.imageprobe;

import io.cts.blobs.BlobWriter;
import io.cts.codec.Codecs;
import io.cts.codec.DecodeBounds;
import io.cts.codec.LayerPass;
import io.cts.codec.MalformedLayer;
import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import io.cts.contract.LayerFeatures;
import io.cts.contract.LayerFeatures.ClassBytes;
import io.cts.contract.LayerFeatures.FileClass;
import io.cts.delta.tar.TarIndex;
import io.cts.delta.tar.TarIndexFormat;
import io.cts.delta.tar.TarIndexer;
import io.cts.delta.tar.TarWalk;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads a stored layer once, in bounded memory, tells its features and stores an index of its tar. */
final class LayerProfiler {
  private static final Logger log = LoggerFactory.getLogger(LayerProfiler.class);

  private final BlobWriter blobs;
  private final List<Encoding> ladder;

  LayerProfiler(BlobWriter blobs, List<Encoding> ladder) {
    this.blobs = blobs;
    this.ladder = ladder;
  }

  /**
   * @throws MalformedLayer if the blob cannot be decoded, or not within {@link DecodeBounds#LAYER}
   * @throws IOException of the blob store
   */
  LayerFeatures profile(Digest layer) throws IOException {
    try (var blob = blobs.open(layer)) {
      var head = head(blob.from(0));
      var storedAs = Codecs.recognise(head);
      var content = new LayerContent();
      var tar = new TarWalk(content);
      var indexer = new TarIndexer();
      var histogram = new ByteHistogram();
      var sample = new BlockSample();
      var yardstick = new CountingOutput();
      LayerPass.Plain plain;
      try (var in = blob.from(0);
          var encoder = Codecs.of(CodecTrial.YARDSTICK.family()).encoder(yardstick, CodecTrial.YARDSTICK.level())) {
        plain = new LayerPass(in, storedAs, DecodeBounds.LAYER).readBy((buffer, offset, length) -> {
          tar.accept(buffer, offset, length);
          indexer.accept(buffer, offset, length);
          histogram.add(buffer, offset, length);
          sample.add(buffer, offset, length);
          encoder.write(buffer, offset, length);
        });
      }
      tar.finish();
      tar.problem().ifPresent(problem -> log.info("layer {} is not a tar throughout: {}", layer, problem));
      var byClass = tar.problem().isPresent() && content.files() == 0 && plain.bytes() > 0
          ? List.of(new ClassBytes(FileClass.OTHER, plain.bytes()))
          : content.byClass();
      var trial = new CodecTrial(sample.blocks(), (double) yardstick.bytes / Math.max(plain.bytes(), 1));
      return new LayerFeatures(layer, storedAs, blob.sizeBytes(), plain.diffId(), plain.bytes(), content.files(),
          byClass, histogram.bitsPerByte(), trial.samples(ladder), stored(indexer.finish(plain.diffId())));
    }
  }

  /** What is where in the tar, for whoever looks for what two layers share. */
  private Digest stored(TarIndex index) throws IOException {
    var bytes = TarIndexFormat.toBytes(index);
    try (var upload = blobs.begin()) {
      upload.write(bytes, 0, bytes.length);
      var digest = upload.digest();
      upload.commit(digest);
      return digest;
    }
  }

  private static byte[] head(InputStream in) throws IOException {
    try (in) {
      return in.readNBytes(Codecs.HEAD_BYTES);
    }
  }

  private static final class CountingOutput extends OutputStream {
    long bytes;

    @Override
    public void write(int value) {
      bytes++;
    }

    @Override
    public void write(byte[] from, int offset, int length) {
      bytes += length;
    }
  }
}
