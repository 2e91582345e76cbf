package io.cts.contract;

import io.cts.contract.DeltaRequested.Effort;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A delta lies in the blob store, and was found to make the layer. Published by compression-worker.
 *
 * <p>Topic {@code cts.delta-made.v1}. A whole example is {@code src/test/resources/golden/delta-made.json}.
 *
 * @param diffId of the layer that it makes
 * @param bases diffIDs of the layers that whoever applies it has to hold
 * @param delta digest of its bytes
 * @param sizeBytes of the uncompressed tar that it makes
 * @param repackedBytes of its content that whoever applies it compresses again, as they are before that: so that a layer of
 *     jars is given back bit for bit; absent where nobody told
 */
public record DeltaMade(
    EventId id,
    Instant at,
    Digest diffId,
    List<Digest> bases,
    Effort effort,
    int formatVersion,
    Digest delta,
    long deltaSizeBytes,
    long sizeBytes,
    double encodeSeconds,
    @Nullable Long repackedBytes) implements Event {

  public DeltaMade {
    bases = List.copyOf(bases);
  }

  @Override
  public String key() {
    return diffId.toString();
  }
}
