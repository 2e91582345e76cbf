package io.cts.delta.encode;

import io.cts.delta.Bases;
import io.cts.delta.LayerBytes;
import io.cts.delta.format.DeltaHeader;
import io.cts.delta.format.DeltaWriter;
import io.cts.delta.format.Segment;
import io.cts.delta.tar.TarIndex;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Makes the delta of a layer upon others. Segments are encoded by several threads and written in their order; besides the
 * indexes and the plan, a few segments are held in memory. Thread-safe.
 */
public final class DeltaEncoder {
  private final int threads;

  /** @param threads that encode at a time */
  public DeltaEncoder(int threads) {
    this.threads = threads;
  }

  /** What it took. */
  public record Encoded(long layerBytes, long deltaBytes) {}

  /**
   * Writes the delta to {@code out}. After an exception no thread is left running.
   *
   * @param layer that the delta is to make
   * @param baseIndexes of the layers that it may build upon, the likeliest first
   * @param out stays open; after an exception it holds a part of the delta
   * @throws io.cts.delta.BaseMissing if a base is not there
   * @throws LayerChanged if a layer is not what its index says
   * @throws InterruptedIOException if the calling thread is interrupted; it stays so
   */
  public Encoded encode(LayerBytes layer, TarIndex index, List<TarIndex> baseIndexes, Bases bases, Effort effort,
      OutputStream out) throws IOException {
    var opened = new ArrayList<LayerBytes>();
    try {
      for (var base : baseIndexes) {
        opened.add(bases.open(base.diffId()));
      }
      return encode(layer, index, baseIndexes, List.copyOf(opened), effort, out);
    } finally {
      for (var base : opened) {
        base.close();
      }
    }
  }

  private Encoded encode(LayerBytes layer, TarIndex index, List<TarIndex> baseIndexes, List<LayerBytes> bases,
      Effort effort, OutputStream out) throws IOException {
    var planner = new LayerPlanner(layer, index, bases, baseIndexes, effort.opens());
    try (var workers = Executors.newFixedThreadPool(threads, Thread.ofPlatform().name("delta-encoder-", 0).factory())) {
      try {
        var pieces = planner.plan();
        if (effort.opens()) {
          pieces = opened(pieces, piece -> workers.submit(() -> opened(piece, layer, bases)));
        }
        var plans = segments(pieces, effort);
        var writer = new DeltaWriter(out, header(index, baseIndexes, planner.repetitions(), plans));
        write(plans, plan -> workers.submit(() -> new SegmentEncoder(plan, layer, bases, effort).encode()), writer);
        writer.end();
        return new Encoded(index.bytes(), writer.bytes());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw (IOException) new InterruptedIOException("interrupted while making a delta").initCause(e);
      } finally {
        workers.shutdownNow();
      }
    }
  }

  @FunctionalInterface
  private interface OpeningOf {
    Future<List<Piece>> of(Piece piece);
  }

  /** With the pieces of what can be opened instead of it. */
  private static List<Piece> opened(List<Piece> pieces, OpeningOf opening) throws IOException, InterruptedException {
    var openings = new IdentityHashMap<Piece, Future<List<Piece>>>();
    for (var piece : pieces) {
      if (piece instanceof Piece.Fresh || piece instanceof Piece.Deflated) {
        openings.put(piece, opening.of(piece));
      }
    }
    var all = new PieceList(0);
    for (var piece : pieces) {
      var opened = openings.get(piece);
      all.addAll(opened == null ? List.of(piece) : finished(opened));
    }
    return all.pieces();
  }

  private static List<Piece> opened(Piece piece, LayerBytes layer, List<LayerBytes> bases) throws IOException {
    if (piece instanceof Piece.Deflated entry) {
      return EntryOpening.open(entry, layer, bases);
    }
    if (!(piece instanceof Piece.Fresh fresh)) {
      return List.of(piece);
    }
    var gzip = GzipOpening.open(fresh, layer, bases);
    return gzip.isPresent() ? gzip.get() : BinaryPatch.of(fresh, layer, bases).orElse(List.of(piece));
  }

  private static List<SegmentPlan> segments(List<Piece> pieces, Effort effort) {
    var plans = new ArrayList<SegmentPlan>();
    for (var piece : pieces) {
      if (plans.isEmpty() || !plans.getLast().takes(piece)) {
        var plan = new SegmentPlan(effort.segmentBytes(), effort.prefixBytes());
        plan.takes(piece);
        plans.add(plan);
      }
    }
    return plans;
  }

  private static DeltaHeader header(TarIndex index, List<TarIndex> baseIndexes, Repetitions repetitions,
      List<SegmentPlan> plans) {
    var bases = baseIndexes.stream().map(base -> new DeltaHeader.Base(base.diffId(), base.bytes())).toList();
    var kept = repetitions.kept();
    var needs = new DeltaHeader.Needs(plans.stream().mapToInt(SegmentPlan::prefixBytes).max().orElse(0),
        plans.stream().mapToInt(SegmentPlan::contentBytes).max().orElse(0), repetitions.mostHeld());
    return new DeltaHeader(index.diffId(), index.bytes(), bases, needs, kept);
  }

  @FunctionalInterface
  private interface Submission {
    Future<Segment> of(SegmentPlan plan);
  }

  /** One segment more than there are threads is under way, so that none waits for a slow one before it. */
  private void write(List<SegmentPlan> plans, Submission submission, DeltaWriter writer)
      throws IOException, InterruptedException {
    Deque<Future<Segment>> underWay = new ArrayDeque<>();
    for (var plan : plans) {
      underWay.add(submission.of(plan));
      if (underWay.size() > 2 * threads) {
        writer.write(finished(underWay.remove()));
      }
    }
    while (!underWay.isEmpty()) {
      writer.write(finished(underWay.remove()));
    }
  }

  private static <T> T finished(Future<T> result) throws IOException, InterruptedException {
    try {
      return result.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException cause -> throw cause;
        case RuntimeException cause -> throw cause;
        case Error cause -> throw cause;
        case null, default -> throw new IllegalStateException(e);
      }
    }
  }
}
