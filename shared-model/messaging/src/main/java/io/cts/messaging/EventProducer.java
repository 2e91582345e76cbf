package io.cts.messaging;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** The service's producer, made when it is first needed: it cannot be made before the broker's name resolves. */
final class EventProducer {
  private static final Duration TO_SEND_THE_REST = Duration.ofSeconds(2);

  private final KafkaClients clients;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Producer<String, String> producer;

  EventProducer(KafkaClients clients) {
    this.clients = clients;
  }

  /** Waits for room and for the topic to be known, at most 10 s. */
  Future<RecordMetadata> send(ProducerRecord<String, String> event, Callback callback) {
    return producer().send(event, callback);
  }

  private Producer<String, String> producer() {
    lock.lock();
    try {
      var made = producer;
      if (made == null) {
        made = clients.producer();
        producer = made;
      }
      return made;
    } finally {
      lock.unlock();
    }
  }

  void close() {
    lock.lock();
    try {
      if (producer != null) {
        producer.close(TO_SEND_THE_REST);
        producer = null;
      }
    } finally {
      lock.unlock();
    }
  }
}
