package io.cts.messaging;

import io.cts.contract.Event;
import io.cts.contract.Topic;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.springframework.kafka.listener.BatchListenerFailedException;
import org.springframework.kafka.listener.BatchMessageListener;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Hands batches to a handler that upserts. Where a batch fails, its events are tried one by one, so that only those
 * that cannot be handled go to the dead letters.
 */
final class ObservationListener<E extends Event> implements BatchMessageListener<String, byte[]> {
  private final Topic<E> topic;
  private final Consumer<List<E>> handler;
  private final EventJson json;
  private final TransactionTemplate transactions;
  private final DeadLetters deadLetters;
  private final Handling handling;
  private final MeterRegistry metrics;

  ObservationListener(Topic<E> topic, Consumer<List<E>> handler, EventJson json, TransactionTemplate transactions,
      DeadLetters deadLetters, Handling handling, MeterRegistry metrics) {
    this.topic = topic;
    this.handler = handler;
    this.json = json;
    this.transactions = transactions;
    this.deadLetters = deadLetters;
    this.handling = handling;
    this.metrics = metrics;
  }

  @Override
  public void onMessage(List<ConsumerRecord<String, byte[]>> records) {
    var events = new ArrayList<E>(records.size());
    var positions = new ArrayList<Integer>(records.size());
    var malformed = new TreeMap<Integer, MalformedEvent>();
    for (var position = 0; position < records.size(); position++) {
      try {
        events.add(json.read(topic, records.get(position).value()));
        positions.add(position);
      } catch (MalformedEvent e) {
        malformed.put(position, e);
      }
    }
    var handled = records.size();
    try {
      if (!events.isEmpty()) {
        handle(events, positions);
      }
    } catch (BatchListenerFailedException e) {
      handled = e.getIndex(); // from there on all come again
      throw e;
    } finally {
      malformed.headMap(handled).forEach((position, e) -> deadLetters.take(records.get(position), e));
    }
    metrics.counter("cts.events.handled", "topic", topic.name()).increment(events.size());
  }

  private void handle(List<E> events, List<Integer> positions) {
    try {
      together(List.copyOf(events));
    } catch (RuntimeException whole) {
      if (Causes.databaseAway(whole)) {
        throw new BatchListenerFailedException("the database is away", whole, positions.getFirst());
      }
      for (var i = 0; i < events.size(); i++) {
        var event = events.get(i);
        try {
          together(List.of(event));
        } catch (RuntimeException single) {
          throw new BatchListenerFailedException("event " + event.id(), single, positions.get(i));
        }
      }
    }
  }

  private void together(List<E> events) {
    handling.of(events, () -> transactions.executeWithoutResult(_ -> handler.accept(events)));
  }
}
