package io.cts.messaging;

import io.cts.contract.EventId;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Remembers which events were handled. */
final class Inbox {
  private final JdbcClient database;
  private final String consumer;

  Inbox(JdbcClient database, String consumer) {
    this.database = database;
    this.consumer = consumer;
  }

  /** Remembers {@code event} in the current transaction; false if it was handled before. */
  boolean first(EventId event) {
    return database.sql("insert into inbox (consumer, event_id) values (?, ?) on conflict do nothing")
        .params(consumer, event.value())
        .update() == 1;
  }
}
