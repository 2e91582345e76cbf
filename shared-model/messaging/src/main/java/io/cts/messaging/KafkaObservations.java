package io.cts.messaging;

import io.cts.contract.Event;
import io.cts.contract.Topics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A bounded queue in memory and a thread that sends from it. What does not fit is dropped and counted. */
final class KafkaObservations implements Observations {
  private static final Logger log = LoggerFactory.getLogger(KafkaObservations.class);
  private static final int CAPACITY = 10_000;

  private final BlockingQueue<Event> queue = new ArrayBlockingQueue<>(CAPACITY);
  private final EventJson json;
  private final EventProducer producer;
  private final Counter dropped;
  private volatile @Nullable Thread thread;

  KafkaObservations(EventJson json, EventProducer producer, MeterRegistry metrics) {
    this.json = json;
    this.producer = producer;
    dropped = metrics.counter("cts.observations.dropped");
  }

  @Override
  public void record(Event event) {
    if (!queue.offer(event)) {
      dropped.increment();
    }
  }

  void start() {
    var starting = Thread.ofPlatform().name("observations").unstarted(this::run);
    thread = starting; // before it runs: it ends when it finds that it is not the one
    starting.start();
  }

  /** Sends what is there, within two seconds. */
  void stop() throws InterruptedException {
    var running = thread;
    thread = null;
    if (running != null) {
      if (queue.isEmpty() || !running.join(Duration.ofSeconds(2))) {
        running.interrupt();
        running.join(Duration.ofSeconds(2));
      }
    }
    if (!queue.isEmpty()) {
      log.warn("{} observations were not sent before the end", queue.size());
      dropped.increment(queue.size());
    }
  }

  private void run() {
    try {
      while (thread == Thread.currentThread() || !queue.isEmpty()) {
        send(queue.take());
      }
    } catch (InterruptedException | org.apache.kafka.common.errors.InterruptException e) {
      return;
    }
  }

  private void send(Event event) {
    try {
      producer.send(new ProducerRecord<>(Topics.of(event).name(), event.key(), json.write(event)), (_, failure) -> {
        if (failure != null) {
          dropped.increment();
        }
      });
    } catch (org.apache.kafka.common.errors.InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      dropped.increment();
      log.warn("could not send an observation: {}", Causes.root(e));
    }
  }
}
