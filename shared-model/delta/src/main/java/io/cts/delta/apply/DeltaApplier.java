package io.cts.delta.apply;

import io.cts.contract.Digest;
import io.cts.delta.BaseMissing;
import io.cts.delta.Bases;
import io.cts.delta.DeltaMismatch;
import io.cts.delta.LayerBytes;
import io.cts.delta.MalformedDelta;
import io.cts.delta.format.DeltaHeader;
import io.cts.delta.format.DeltaReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the layer that a delta names, as a stream and in bounded memory: while one segment is written the next is read
 * and decoded on a thread of its own. Thread-safe: each delta has its own memory.
 */
public final class DeltaApplier {
  private final Bases bases;

  public DeltaApplier(Bases bases) {
    this.bases = bases;
  }

  /**
   * What it took.
   *
   * @param repackedBytes of the content, before they were compressed again
   */
  public record Applied(long layerBytes, long deltaBytes, long repackedBytes) {}

  /**
   * Writes the layer to {@code out}. Its last bytes are written only if all of it is the layer that was asked for. After
   * an exception no thread is left running, once the delta's own {@code read} has returned.
   *
   * @param delta stays open
   * @param layer that is expected
   * @param out stays open
   * @throws MalformedDelta if these bytes are no delta, or one of another layer
   * @throws BaseMissing if a base is not there; then nothing was written
   * @throws DeltaMismatch if something else than the layer came out, the bases not being what they were
   * @throws InterruptedIOException if the calling thread is interrupted; it stays so
   */
  public Applied apply(InputStream delta, Digest layer, OutputStream out) throws IOException {
    var reader = new DeltaReader(delta);
    var header = reader.header();
    if (!header.target().equals(layer)) {
      throw new MalformedDelta(0, "it makes " + header.target() + ", not " + layer);
    }
    var opened = new ArrayList<LayerBytes>();
    try {
      for (var base : header.bases()) {
        opened.add(opened(base));
      }
      return apply(reader, List.copyOf(opened), out);
    } finally {
      for (var base : opened) {
        base.close();
      }
    }
  }

  private LayerBytes opened(DeltaHeader.Base base) throws IOException {
    var layer = bases.open(base.diffId());
    if (layer.size() != base.bytes()) {
      layer.close();
      throw new BaseMissing(base.diffId(), layer.size(), base.bytes());
    }
    return layer;
  }

  private static Applied apply(DeltaReader reader, List<LayerBytes> bases, OutputStream out) throws IOException {
    var output = new LayerOutput(out, reader.header());
    var run = new SegmentRun(bases, output);
    try (var ahead = new ReadAhead(reader, bases)) {
      for (var segment = ahead.take(); segment.isPresent(); segment = ahead.take()) {
        run.run(segment.get());
        ahead.giveBack(segment.get());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("interrupted while applying a delta").initCause(e);
    }
    output.end(reader.offset());
    return new Applied(reader.header().targetBytes(), reader.offset(), run.repackedBytes());
  }
}
