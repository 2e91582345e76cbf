package io.cts.compression;

import io.cts.blobs.BlobStore;
import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How encodings are made; compression-worker.yml explains each and gives its default.
 *
 * @param parallel 0 for one a core
 * @param denseThreads that make a dense delta; 0 for none, -1 for as many as there is memory for
 * @param slowestMegabytesPerSecond of plain bytes (10⁶)
 */
@ConfigurationProperties("cts.compression")
record CompressionSettings(
    String blobs,
    Path scratch,
    int parallel,
    int denseThreads,
    int attempts,
    Duration queueDeadline,
    Duration workDeadline,
    double slowestMegabytesPerSecond,
    Duration retryPause,
    Duration sweep) {

  CompressionSettings {
    if (parallel < 0) {
      throw new IllegalArgumentException("cts.compression.parallel must be at least 0, not " + parallel);
    }
    if (denseThreads < -1) {
      throw new IllegalArgumentException("cts.compression.dense-threads must be at least -1, not " + denseThreads);
    }
    if (attempts < 1) {
      throw new IllegalArgumentException("cts.compression.attempts must be at least 1, not " + attempts);
    }
    if (!(slowestMegabytesPerSecond > 0)) {
      throw new IllegalArgumentException(
          "cts.compression.slowest-megabytes-per-second must be positive, not " + slowestMegabytesPerSecond);
    }
    positive("queue-deadline", queueDeadline);
    positive("work-deadline", workDeadline);
    positive("retry-pause", retryPause);
    positive("sweep", sweep);
  }

  private static void positive(String name, Duration value) {
    if (!value.isPositive()) {
      throw new IllegalArgumentException("cts.compression." + name + " must be positive, not " + value);
    }
  }

  int jobsAtOnce() {
    return parallel == 0 ? Runtime.getRuntime().availableProcessors() : parallel;
  }

  /** Threads that make a quick delta: one at least. */
  int quickThreadsAtOnce() {
    return Math.clamp(DeltaMemory.threads(DeltaMemory.QUICK_BYTES), 1, jobsAtOnce());
  }

  int denseThreadsAtOnce() {
    return denseThreads == -1 ? DeltaMemory.threads(DeltaMemory.DENSE_BYTES) : denseThreads;
  }

  /** For layers that a delta is made of, in files without a name: where there is room for layers. */
  Path layerScratch() {
    return (BlobStore.isS3(blobs) ? scratch : Path.of(blobs)).resolve("scratch");
  }

  /** How long a worker may take for a layer of {@code plainBytes}. */
  Duration workDeadline(long plainBytes) {
    return workDeadline.plusMillis((long) (plainBytes / (slowestMegabytesPerSecond * 1000)));
  }

  /** The pause after the {@code attempt}th failure, from 1. */
  Duration retryPause(int attempt) {
    return retryPause.multipliedBy(1L << Math.min(attempt - 1, 10));
  }
}
