package io.cts.contract;

import java.time.Instant;

/**
 * A pull cannot be prepared. Published by whoever found out.
 *
 * <p>Topic {@code cts.pull-failed.v1}. A whole example is {@code src/test/resources/golden/pull-failed.json}.
 *
 * @param stage the service that gave up
 * @param code a registry error code or CTS's own, in capitals
 * @param message what was tried, on what, why it failed, what to do
 */
public record PullFailed(
    EventId id,
    Instant at,
    PullId pull,
    String stage,
    String code,
    String message) implements Event {

  @Override
  public String key() {
    return pull.toString();
  }
}
