package io.cts.contract;

import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.util.List;

/**
 * A layer is wanted as the difference to layers that a client holds: one job for one worker. Published by cache, which
 * alone knows what was served to whom.
 *
 * <p>Topic {@code cts.delta-requested.v1}, or {@code cts.dense-delta-requested.v1} where nobody waits. A whole example is
 * {@code src/test/resources/golden/delta-requested.json}.
 *
 * @param target the layer that the delta makes
 * @param bases that it may build upon, the likeliest first
 * @param formatVersion of the delta
 * @param attempt 1 for the first
 */
public record DeltaRequested(
    EventId id,
    Instant at,
    Source target,
    List<Source> bases,
    Effort effort,
    int formatVersion,
    int attempt) implements Event {

  /** How much is done for a small delta. */
  public enum Effort {
    /** For somebody who waits. */
    QUICK("quick"),
    /** For a delta that is fetched often; made once a quick one is there. */
    DENSE("dense");

    private final String text;

    Effort(String text) {
      this.text = text;
    }

    @Override
    @JsonValue
    public String toString() {
      return text;
    }
  }

  /**
   * A layer and where its bytes are.
   *
   * @param sizeBytes of the uncompressed tar
   * @param layer a stored blob that decodes to it
   */
  public record Source(Digest diffId, long sizeBytes, Digest layer, CodecFamily storedAs) {}

  public DeltaRequested {
    bases = List.copyOf(bases);
  }

  public List<Digest> baseDiffIds() {
    return bases.stream().map(Source::diffId).toList();
  }

  @Override
  public String key() {
    return target.diffId().toString();
  }
}
