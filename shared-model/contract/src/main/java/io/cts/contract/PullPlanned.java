package io.cts.contract;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * It is decided how a pull is to be served and what has to be made for it. Published by decision.
 *
 * <p>Topic {@code cts.pull-planned.v1}. A whole example is {@code src/test/resources/golden/pull-planned.json}.
 *
 * @param wanted variants worth making; those that are there already included
 */
public record PullPlanned(
    EventId id,
    Instant at,
    PullId pull,
    Digest manifest,
    @Nullable NodeId node,
    EngineClass engineClass,
    Plan plan,
    List<WantedEncoding> wanted) implements Event {

  /** A variant that is worth making. */
  public record WantedEncoding(Digest layer, CodecFamily storedAs, Digest diffId, long sizeBytes, Encoding encoding) {}

  public PullPlanned {
    wanted = List.copyOf(wanted);
  }

  @Override
  public String key() {
    return pull.toString();
  }
}
