package io.cts.contract;

import io.cts.contract.DeltaRequested.Effort;
import java.time.Instant;
import java.util.List;

/**
 * A delta could not be made; clients are served without it. Published by compression-worker.
 *
 * <p>Topic {@code cts.delta-failed.v1}. A whole example is {@code src/test/resources/golden/delta-failed.json}.
 *
 * @param cause one sentence for people
 */
public record DeltaFailed(
    EventId id,
    Instant at,
    Digest diffId,
    List<Digest> bases,
    Effort effort,
    int formatVersion,
    String cause) implements Event {

  public DeltaFailed {
    bases = List.copyOf(bases);
  }

  @Override
  public String key() {
    return diffId.toString();
  }
}
