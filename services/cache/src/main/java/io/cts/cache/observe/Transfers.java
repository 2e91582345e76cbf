package io.cts.cache.observe;

import io.cts.cache.catalog.Repository;
import io.cts.contract.DeltaRequested.Effort;
import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import io.cts.contract.EventId;
import io.cts.contract.Form;
import io.cts.contract.PullId;
import io.cts.contract.TransferObserved;
import io.cts.messaging.Observations;
import io.cts.messaging.PullTraces;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tells of every transfer of a blob. */
public final class Transfers {
  private final Observations observations;
  private final PullTraces traces;
  private final MeterRegistry meters;
  private final DistributionSummary predictionError;
  private final Clock clock;

  public Transfers(Observations observations, PullTraces traces, MeterRegistry meters, Clock clock) {
    this.observations = observations;
    this.traces = traces;
    this.meters = meters;
    this.predictionError = meters.summary("cts.prediction.error"); // a rate needs a first value to rise from
    this.clock = clock;
  }

  /** What is being sent, as far as it is known before the first byte. */
  public record Transfer(
      Caller caller,
      PullId pull,
      @Nullable Digest manifest,
      Repository repository,
      Digest blob,
      @Nullable Digest diffId,
      Form form,
      @Nullable Encoding encoding,
      long offset,
      TransferObserved.Source source,
      @Nullable Double predictedSeconds,
      @Nullable String modelVersion,
      @Nullable Effort delta) {

    /** Of whole bytes. */
    public Transfer(Caller caller, PullId pull, @Nullable Digest manifest, Repository repository, Digest blob,
        @Nullable Digest diffId, Form form, @Nullable Encoding encoding, long offset, TransferObserved.Source source,
        @Nullable Double predictedSeconds, @Nullable String modelVersion) {
      this(caller, pull, manifest, repository, blob, diffId, form, encoding, offset, source, predictedSeconds,
          modelVersion, null);
    }

    /** The same transfer of bytes that come from elsewhere. */
    public Transfer from(TransferObserved.Source other) {
      return new Transfer(caller, pull, manifest, repository, blob, diffId, form, encoding, offset, other,
          predictedSeconds, modelVersion, delta);
    }
  }

  /** @param seconds absent where the kernel sends and nobody watches */
  public void observed(Transfer transfer, Instant startedAt, long wireBytes, boolean complete,
      @Nullable Double seconds) {
    measure(transfer, wireBytes, complete, seconds);
    traces.step(transfer.pull(), "serve blob", startedAt, Map.of("cts.blob", transfer.blob().toString(), "cts.form",
        transfer.form().toString(), "cts.encoding", encoding(transfer), "cts.wire_bytes", Long.toString(wireBytes)));
    observations.record(new TransferObserved(EventId.random(), clock.instant(), transfer.caller().node(),
        transfer.caller().engine(), transfer.pull(), transfer.manifest(), transfer.repository().toString(),
        transfer.blob(), transfer.diffId(), transfer.form(), transfer.encoding(), transfer.offset(), wireBytes,
        complete,
        startedAt, seconds, transfer.source(), transfer.predictedSeconds(), transfer.modelVersion(), transfer.delta()));
  }

  private void measure(Transfer transfer, long wireBytes, boolean complete, @Nullable Double seconds) {
    meters.counter("cts.served.blobs", "complete", Boolean.toString(complete)).increment();
    meters.counter("cts.served.bytes", "source", transfer.source().toString(), "form", transfer.form().toString(),
        "encoding", encoding(transfer)).increment(wireBytes);
    if (seconds != null && seconds > 0 && complete && transfer.offset() == 0 && transfer.predictedSeconds() != null) {
      predictionError.record(Math.abs(transfer.predictedSeconds() - seconds) / seconds);
    }
  }

  private static String encoding(Transfer transfer) {
    if (transfer.delta() != null) {
      return "delta-" + transfer.delta();
    }
    return transfer.encoding() == null ? "unknown" : transfer.encoding().toString();
  }
}
