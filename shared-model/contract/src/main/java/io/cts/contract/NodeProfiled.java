package io.cts.contract;

import java.time.Instant;

/**
 * A node's profile changed materially. Published by probe-receiver.
 *
 * <p>Topic {@code cts.node-profiled.v1}. A whole example is {@code src/test/resources/golden/node-profiled.json}.
 */
public record NodeProfiled(
    EventId id,
    Instant at,
    NodeProfile profile) implements Event {

  @Override
  public String key() {
    return profile.node().toString();
  }
}
