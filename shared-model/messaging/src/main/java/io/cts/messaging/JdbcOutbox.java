package io.cts.messaging;

import io.cts.contract.Event;
import io.cts.contract.Topics;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** An outbox in the service's own schema. */
final class JdbcOutbox implements Outbox {
  private final JdbcClient database;
  private final EventJson json;
  private final OutboxRelay relay;

  JdbcOutbox(JdbcClient database, EventJson json, OutboxRelay relay) {
    this.database = database;
    this.json = json;
    this.relay = relay;
  }

  @Override
  public void publish(Event event) {
    if (!TransactionSynchronizationManager.isActualTransactionActive()) {
      throw new IllegalStateException("a fact is published with the state change that it tells of: "
          + event.getClass().getSimpleName() + " " + event.id() + " was to be published outside a transaction");
    }
    database
        .sql("insert into outbox (event_id, topic, key, payload) values (?, ?, ?, ?) on conflict (event_id) do nothing")
        .params(event.id().value(), Topics.of(event).name(), event.key(), json.write(event))
        .update();
    TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
      @Override
      public void afterCommit() {
        relay.wake();
      }
    });
  }
}
