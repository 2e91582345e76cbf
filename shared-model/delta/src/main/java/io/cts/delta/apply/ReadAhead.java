package io.cts.delta.apply;

import io.cts.delta.LayerBytes;
import io.cts.delta.format.DeltaReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Reads and decodes the next segment while one is in use. */
final class ReadAhead implements AutoCloseable {
  private static final int SEGMENTS = 2;

  /** A segment, the end (none), or why there is none. */
  private sealed interface Next {
    record Decoded(DecodedSegment segment) implements Next {}

    record End() implements Next {}

    record Failed(Throwable cause) implements Next {}
  }

  private final DeltaReader reader;
  private final List<LayerBytes> bases;
  private final List<DecodedSegment> all = new ArrayList<>();
  private final BlockingQueue<DecodedSegment> free = new ArrayBlockingQueue<>(SEGMENTS);
  private final BlockingQueue<Next> ready = new ArrayBlockingQueue<>(SEGMENTS + 1);
  private final ExecutorService thread = Executors.newSingleThreadExecutor(
      Thread.ofPlatform().name("delta-read-ahead").factory());

  ReadAhead(DeltaReader reader, List<LayerBytes> bases) {
    this.reader = reader;
    this.bases = bases;
    for (var i = 0; i < SEGMENTS; i++) {
      var segment = new DecodedSegment(reader.header().needs());
      all.add(segment);
      free.add(segment);
    }
    thread.execute(this::decodeAll);
  }

  private void decodeAll() {
    try {
      for (var segment = reader.next(); segment.isPresent(); segment = reader.next()) {
        var memory = free.take();
        memory.decode(segment.get(), bases, reader.offset());
        ready.add(new Next.Decoded(memory));
      }
      ready.add(new Next.End());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // whoever applies the delta gave up; its own exception tells why
    } catch (Throwable e) { // an Error too: whoever takes has to hear of it
      ready.add(new Next.Failed(e));
    }
  }

  /** The next segment, to be given back, or none at the end. */
  Optional<DecodedSegment> take() throws IOException, InterruptedException {
    return switch (ready.take()) {
      case Next.Decoded(var segment) -> Optional.of(segment);
      case Next.End() -> Optional.empty();
      case Next.Failed(IOException cause) -> throw cause;
      case Next.Failed(RuntimeException cause) -> throw cause;
      case Next.Failed(Error cause) -> throw cause;
      case Next.Failed(Throwable cause) -> throw new IllegalStateException(cause);
    };
  }

  void giveBack(DecodedSegment segment) {
    free.add(segment);
  }

  @Override
  public void close() {
    thread.shutdownNow();
    thread.close();
    all.forEach(DecodedSegment::close);
  }
}
