package io.cts.messaging;

import io.cts.contract.Event;

/** Publishes observations: at once, without a database, never blocking the caller; counted where dropped. */
public interface Observations {

  void record(Event event);
}
