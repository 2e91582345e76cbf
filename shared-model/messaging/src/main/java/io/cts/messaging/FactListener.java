package io.cts.messaging;

import io.cts.contract.Event;
import io.cts.contract.Topic;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.springframework.kafka.listener.MessageListener;
import org.springframework.transaction.support.TransactionTemplate;

/** Hands each event to its handler once: the inbox's row and what the handler writes are one transaction. */
final class FactListener<E extends Event> implements MessageListener<String, byte[]> {
  private final Topic<E> topic;
  private final Consumer<E> handler;
  private final EventJson json;
  private final Inbox inbox;
  private final TransactionTemplate transactions;
  private final Handling handling;
  private final MeterRegistry metrics;

  FactListener(Topic<E> topic, Consumer<E> handler, EventJson json, Inbox inbox, TransactionTemplate transactions,
      Handling handling, MeterRegistry metrics) {
    this.topic = topic;
    this.handler = handler;
    this.json = json;
    this.inbox = inbox;
    this.transactions = transactions;
    this.handling = handling;
    this.metrics = metrics;
  }

  @Override
  public void onMessage(ConsumerRecord<String, byte[]> record) {
    var event = json.read(topic, record.value());
    var timing = Timer.start();
    handling.of(event, () -> {
      var outcome = transactions.execute(_ -> {
        if (!inbox.first(event.id())) {
          return "repeated";
        }
        handler.accept(event);
        return "handled";
      });
      metrics.counter("cts.events." + outcome, "topic", topic.name()).increment();
    });
    timing.stop(metrics.timer("cts.events.handling", "topic", topic.name()));
  }
}
