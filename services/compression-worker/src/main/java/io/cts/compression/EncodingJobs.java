package io.cts.compression;

import io.cts.contract.Encoding;
import io.cts.contract.EncodingRequested;
import io.cts.contract.LayerEncoded;
import io.cts.messaging.Outbox;
import io.cts.messaging.RetryLater;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.InterruptedIOException;
import java.time.Clock;
import java.time.Duration;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Does the jobs of the queue. What becomes of a job is decided in the database alone: a job done twice is made twice and
 * told once, and a failed one waits there for its next attempt. So a message is spent once its handling has begun.
 */
final class EncodingJobs {
  private final EncodingTable table;
  private final VariantMaker maker;
  private final Outbox outbox;
  private final TransactionTemplate transactions;
  private final CompressionSettings settings;
  private final MeterRegistry metrics;
  private final Clock clock;

  EncodingJobs(EncodingTable table, VariantMaker maker, Outbox outbox, TransactionTemplate transactions,
      CompressionSettings settings, MeterRegistry metrics, Clock clock) {
    this.table = table;
    this.maker = maker;
    this.outbox = outbox;
    this.transactions = transactions;
    this.settings = settings;
    this.metrics = metrics;
    this.clock = clock;
    Encoding.LADDER.forEach(this::beginAtZero);
  }

  /** A rate needs a first value to rise from. */
  private void beginAtZero(Encoding encoding) {
    metrics.timer("cts.encodings.made", "encoding", encoding.toString());
    metrics.counter("cts.encodings.plain.bytes", "encoding", encoding.toString());
    metrics.counter("cts.encodings.variant.bytes", "encoding", encoding.toString());
  }

  /** @throws RetryLater if this process is stopping */
  void handle(EncodingRequested job, boolean again) {
    var begun = transactions.execute(
        _ -> table.begin(VariantKey.of(job), job.id(), again, clock.instant(), settings.workDeadline(job.sizeBytes())));
    if (begun == null || begun.isEmpty()) {
      count("spared", job);
    } else if (begun.get().attempts() > settings.attempts()) {
      giveUp(job, "was begun " + settings.attempts() + " times and never finished", false);
    } else {
      work(job, begun.get().attempts());
    }
  }

  private void work(EncodingRequested job, int attempt) {
    switch (make(job)) {
      case VariantMaker.Made made -> tell(job, made);
      case VariantMaker.Failed failed when failed.hopeless() || attempt >= settings.attempts() ->
        giveUp(job, failed.cause(), failed.hopeless());
      case VariantMaker.Failed failed -> {
        var now = clock.instant();
        transactions.executeWithoutResult(_ -> table.pause(VariantKey.of(job), job.id(), failed.cause(), now,
            now.plus(settings.retryPause(attempt))));
        count("postponed", job);
      }
    }
  }

  private VariantMaker.Outcome make(EncodingRequested job) {
    try {
      return maker.make(job);
    } catch (InterruptedIOException e) {
      giveBack(job);
      throw new RetryLater("this process is stopping", e);
    }
  }

  /** A stopped process is no failed attempt. */
  private void giveBack(EncodingRequested job) {
    Thread.interrupted(); // the database is not reached by an interrupted thread
    try {
      var now = clock.instant();
      transactions.executeWithoutResult(
          _ -> table.giveBack(VariantKey.of(job), job.id(), now, now.plus(settings.queueDeadline())));
    } finally {
      Thread.currentThread().interrupt();
    }
  }

  private void tell(EncodingRequested job, VariantMaker.Made made) {
    var first = transactions.execute(_ -> {
      var now = clock.instant();
      var row = table.done(VariantKey.of(job), made, now);
      row.ifPresent(done -> outbox.publish(new LayerEncoded(
          done.key().event("layer-encoded", Integer.toString(done.round())), now, job.layer(), job.diffId(),
          job.encoding(), job.codecVersion(), made.variant(), made.variantBytes(), job.sizeBytes(), made.seconds())));
      return row.isPresent();
    });
    if (Boolean.TRUE.equals(first)) {
      metrics.timer("cts.encodings.made", "encoding", job.encoding().toString())
          .record(Duration.ofNanos((long) (made.seconds() * 1e9)));
      metrics.counter("cts.encodings.plain.bytes", "encoding", job.encoding().toString()).increment(job.sizeBytes());
      metrics.counter("cts.encodings.variant.bytes", "encoding", job.encoding().toString())
          .increment(made.variantBytes());
    } else {
      count("repeated", job);
    }
  }

  private void giveUp(EncodingRequested job, String cause, boolean hopeless) {
    transactions.executeWithoutResult(_ -> {
      var now = clock.instant();
      table.failed(VariantKey.of(job), cause, hopeless, now).ifPresent(row -> outbox.publish(row.failure(now, cause)));
    });
    count("failed", job);
  }

  private void count(String what, EncodingRequested job) {
    metrics.counter("cts.encodings." + what, "encoding", job.encoding().toString()).increment();
  }
}
