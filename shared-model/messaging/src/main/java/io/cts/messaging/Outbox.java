package io.cts.messaging;

import io.cts.contract.Event;

/** Publishes facts with the state change that they tell of. */
public interface Outbox {

  /**
   * Puts {@code event} in the outbox as part of the current database transaction; a relay publishes it after the
   * commit. Putting an event with the same id twice publishes it once.
   *
   * @throws IllegalStateException outside a transaction
   */
  void publish(Event event);
}
