package io.cts.compression;

import io.cts.blobs.BlobReader;
import io.cts.contract.DeltaFailed;
import io.cts.contract.DeltaMade;
import io.cts.contract.DeltaRequested;
import io.cts.contract.Digest;
import io.cts.contract.EventId;
import io.cts.messaging.Outbox;
import io.cts.messaging.RetryLater;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.stream.LongStream;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Does the jobs of the two queues of deltas. Each request is answered once, with the delta or with why there is none; a
 * delta that is there is told of again and not made again. Whoever asked may ask again later.
 */
final class DeltaJobs {
  private final DeltaTable table;
  private final DeltaMaker maker;
  private final BlobReader blobs;
  private final Outbox outbox;
  private final TransactionTemplate transactions;
  private final CompressionSettings settings;
  private final MeterRegistry metrics;
  private final Clock clock;

  DeltaJobs(DeltaTable table, DeltaMaker maker, BlobReader blobs, Outbox outbox, TransactionTemplate transactions,
      CompressionSettings settings, MeterRegistry metrics, Clock clock) {
    this.table = table;
    this.maker = maker;
    this.blobs = blobs;
    this.outbox = outbox;
    this.transactions = transactions;
    this.settings = settings;
    this.metrics = metrics;
    this.clock = clock;
  }

  /** @throws RetryLater if this process is stopping */
  void handle(DeltaRequested job, boolean again) {
    var plainBytes = LongStream.concat(LongStream.of(job.target().sizeBytes()),
        job.bases().stream().mapToLong(base -> base.sizeBytes())).sum();
    var begun = transactions.execute(_ -> table.begin(job, again, clock.instant(), settings.workDeadline(plainBytes)));
    if (begun == null || begun.isEmpty()) {
      count("spared", job);
      return;
    }
    switch (outcome(job, begun.get())) {
      case DeltaMaker.Made made -> tell(job, made);
      case DeltaMaker.Failed failed -> giveUp(job, failed.cause());
    }
  }

  private DeltaMaker.Outcome outcome(DeltaRequested job, DeltaTable.Begun begun) {
    var before = begun.delta();
    if (before != null && isThere(before)) {
      return new DeltaMaker.Made(before, begun.deltaBytes(), begun.encodeSeconds(), begun.repackedBytes());
    }
    if (begun.attempts() > settings.attempts()) {
      return new DeltaMaker.Failed("was begun " + settings.attempts() + " times and never finished");
    }
    try {
      var outcome = maker.make(job);
      if (outcome instanceof DeltaMaker.Made made) {
        metrics.timer("cts.deltas.made", "effort", job.effort().toString())
            .record(Duration.ofNanos((long) (made.seconds() * 1e9)));
        metrics.counter("cts.deltas.plain.bytes", "effort", job.effort().toString())
            .increment(job.target().sizeBytes());
        metrics.counter("cts.deltas.bytes", "effort", job.effort().toString()).increment(made.deltaBytes());
      }
      return outcome;
    } catch (InterruptedIOException e) {
      giveBack(job);
      throw new RetryLater("this process is stopping", e);
    }
  }

  private boolean isThere(Digest delta) {
    try {
      return blobs.size(delta).isPresent();
    } catch (IOException e) {
      return false; // making it again will tell what is wrong with the store
    }
  }

  /** A stopped process is no failed attempt. */
  private void giveBack(DeltaRequested job) {
    Thread.interrupted(); // the database is not reached by an interrupted thread
    try {
      transactions.executeWithoutResult(_ -> table.giveBack(job, clock.instant()));
    } finally {
      Thread.currentThread().interrupt();
    }
  }

  private void tell(DeltaRequested job, DeltaMaker.Made made) {
    transactions.executeWithoutResult(_ -> {
      var now = clock.instant();
      if (table.made(job, made, now)) {
        outbox.publish(new DeltaMade(EventId.after(job.id(), "delta-made"), now, job.target().diffId(),
            job.baseDiffIds(), job.effort(), job.formatVersion(), made.delta(), made.deltaBytes(),
            job.target().sizeBytes(), made.seconds(), made.repackedBytes()));
      }
    });
  }

  private void giveUp(DeltaRequested job, String cause) {
    transactions.executeWithoutResult(_ -> {
      var now = clock.instant();
      if (table.failed(job, cause, now)) {
        outbox.publish(new DeltaFailed(EventId.after(job.id(), "delta-failed"), now, job.target().diffId(),
            job.baseDiffIds(), job.effort(), job.formatVersion(), cause));
      }
    });
    count("failed", job);
  }

  private void count(String what, DeltaRequested job) {
    metrics.counter("cts.deltas." + what, "effort", job.effort().toString()).increment();
  }
}
