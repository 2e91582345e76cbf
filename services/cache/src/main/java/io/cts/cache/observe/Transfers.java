package io.cts.cache.observe;

import io.cts.cache.catalog.Repository;
import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import io.cts.contract.EventId;
import io.cts.contract.Form;
import io.cts.contract.PullId;
import io.cts.contract.TransferObserved;
import io.cts.messaging.Observations;
import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Tells of every transfer of a blob. */
public final class Transfers {
  private final Observations observations;
  private final LinkSpeeds speeds;
  private final Clock clock;

  public Transfers(Observations observations, LinkSpeeds speeds, Clock clock) {
    this.observations = observations;
    this.speeds = speeds;
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
      @Nullable String modelVersion) {

    /** The same transfer of bytes that come from elsewhere. */
    public Transfer from(TransferObserved.Source other) {
      return new Transfer(caller, pull, manifest, repository, blob, diffId, form, encoding, offset, other,
          predictedSeconds, modelVersion);
    }
  }

  /** @param seconds absent where the kernel sends and nobody watches */
  public void observed(Transfer transfer, Instant startedAt, long wireBytes, boolean complete,
      @Nullable Double seconds) {
    if (seconds != null && complete) {
      speeds.observed(transfer.caller().node(), wireBytes, seconds);
    }
    observations.record(new TransferObserved(EventId.random(), clock.instant(), transfer.caller().node(),
        transfer.caller().engine(), transfer.pull(), transfer.manifest(), transfer.repository().toString(),
        transfer.blob(), transfer.diffId(), transfer.form(), transfer.encoding(), transfer.offset(), wireBytes,
        complete,
        startedAt, seconds, transfer.source(), transfer.predictedSeconds(), transfer.modelVersion()));
  }
}
