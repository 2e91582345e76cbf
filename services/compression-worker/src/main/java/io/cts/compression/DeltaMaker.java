package io.cts.compression;

import io.cts.blobs.BlobMissing;
import io.cts.blobs.BlobWriter;
import io.cts.codec.MalformedLayer;
import io.cts.contract.DeltaRequested;
import io.cts.contract.DeltaRequested.Source;
import io.cts.contract.Digest;
import io.cts.delta.BaseMissing;
import io.cts.delta.Bases;
import io.cts.delta.LayerBytes;
import io.cts.delta.apply.DeltaApplier;
import io.cts.delta.encode.DeltaEncoder;
import io.cts.delta.encode.Effort;
import io.cts.delta.tar.TarIndex;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes one delta out of stored layers, applies it to see that it makes the layer, and stores it. The layers lie decoded in
 * nameless files meanwhile; memory is what the encoder's threads take.
 */
final class DeltaMaker {
  private static final Logger log = LoggerFactory.getLogger(DeltaMaker.class);
  private static final int BLOCK_BYTES = 128 << 10;

  private final BlobWriter blobs;
  private final Path scratch;
  private final int threads;

  /**
   * @param scratch folder for nameless files
   * @param threads that encode at a time
   */
  DeltaMaker(BlobWriter blobs, Path scratch, int threads) {
    this.blobs = blobs;
    this.scratch = scratch;
    this.threads = threads;
  }

  /** How it went. */
  sealed interface Outcome permits Made, Failed {}

  /**
   * The delta lies in the blob store.
   *
   * @param repackedBytes of its content, as they are before whoever applies it compresses them again; absent where that was not
   *     noted
   */
  record Made(Digest delta, long deltaBytes, double seconds, @Nullable Long repackedBytes) implements Outcome {}

  /** @param cause one sentence for people */
  record Failed(String cause) implements Outcome {}

  /** @throws InterruptedIOException if the calling thread is interrupted; it stays so */
  Outcome make(DeltaRequested job) throws InterruptedIOException {
    var start = System.nanoTime();
    try (var layers = new OpenLayers(); var delta = ScratchLayer.scratchFile(scratch)) {
      var target = layers.decode(job.target());
      var indexes = new ArrayList<TarIndex>();
      for (var base : job.bases()) {
        indexes.add(layers.decode(base).index());
      }
      write(job, target, indexes, layers, delta);
      var applied = new DeltaApplier(layers).apply(read(delta), job.target().diffId(), OutputStream.nullOutputStream());
      return new Made(store(delta), applied.deltaBytes(), (System.nanoTime() - start) / 1e9, applied.repackedBytes());
    } catch (BlobMissing e) {
      return new Failed("layer " + e.digest() + " is no longer stored: pull an image that has it to have it fetched");
    } catch (MalformedLayer e) {
      return new Failed("a stored layer is not what it was: " + e.getMessage());
    } catch (IOException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw (InterruptedIOException) new InterruptedIOException("interrupted while making a delta of "
            + job.target().diffId()).initCause(e);
      }
      return new Failed("could not make a " + job.effort() + " delta of " + job.target().diffId() + ": "
          + e.getMessage());
    } catch (RuntimeException e) { // whoever waits for it is told
      log.error("making a {} delta of {} failed", job.effort(), job.target().diffId(), e);
      return new Failed("could not make a " + job.effort() + " delta of " + job.target().diffId() + ": " + e);
    }
  }

  private void write(DeltaRequested job, ScratchLayer target, List<TarIndex> baseIndexes, Bases bases,
      FileChannel delta) throws IOException {
    var effort = switch (job.effort()) {
      case QUICK -> Effort.QUICK;
      case DENSE -> Effort.DENSE;
    };
    try (var layer = target.bytes()) {
      var out = new BufferedOutputStream(Channels.newOutputStream(delta), BLOCK_BYTES);
      new DeltaEncoder(threads).encode(layer, target.index(), baseIndexes, bases, effort, out);
      out.flush();
    }
  }

  /** From its beginning. */
  private static InputStream read(FileChannel delta) throws IOException {
    delta.position(0);
    return Channels.newInputStream(delta);
  }

  private Digest store(FileChannel delta) throws IOException {
    try (var upload = blobs.begin()) {
      var in = read(delta);
      var block = new byte[BLOCK_BYTES];
      for (int count; (count = in.read(block)) >= 0;) {
        upload.write(block, 0, count);
      }
      var digest = upload.digest();
      upload.commit(digest);
      return digest;
    }
  }

  /** The layers of one job; each is decoded once. */
  private final class OpenLayers implements Bases, AutoCloseable {
    private final Map<Digest, ScratchLayer> layers = new HashMap<>();

    ScratchLayer decode(Source source) throws IOException {
      var known = layers.get(source.diffId());
      if (known != null) {
        return known;
      }
      var decoded = ScratchLayer.decode(blobs, source, scratch);
      layers.put(source.diffId(), decoded);
      return decoded;
    }

    @Override
    public LayerBytes open(Digest diffId) throws IOException {
      var layer = layers.get(diffId);
      if (layer == null) {
        throw new BaseMissing(diffId);
      }
      return layer.bytes();
    }

    @Override
    public void close() throws IOException {
      for (var layer : layers.values()) {
        layer.close();
      }
    }
  }
}
