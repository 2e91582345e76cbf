package io.cts.messaging;

import io.cts.contract.Event;
import io.cts.contract.Topic;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One thread and one consumer that read some topics from their beginning and then on, for state held in memory. */
final class EverywhereReader implements Consumption {
  private static final Logger log = LoggerFactory.getLogger(EverywhereReader.class);
  private static final Duration POLL = Duration.ofSeconds(5);
  private static final Duration PAUSE = Duration.ofSeconds(2);

  private final KafkaClients clients;
  private final EventJson json;
  private final MeterRegistry metrics;
  private final Map<String, Handling<?>> handlings = new HashMap<>();
  private volatile @Nullable Thread thread;
  private volatile org.apache.kafka.clients.consumer.@Nullable Consumer<String, byte[]> consumer;

  private record Handling<E extends Event>(Topic<E> topic, Consumer<E> handler, CompletableFuture<Void> caughtUp) {
    void handle(EventJson json, ConsumerRecord<String, byte[]> record) {
      handler.accept(json.read(topic, record.value()));
    }
  }

  EverywhereReader(KafkaClients clients, EventJson json, MeterRegistry metrics) {
    this.clients = clients;
    this.json = json;
    this.metrics = metrics;
  }

  /** Also reads {@code topic}; what is returned is done once all that was there at the start has been handled. */
  <E extends Event> CompletableFuture<Void> add(Topic<E> topic, Consumer<E> handler) {
    var handling = new Handling<>(topic, handler, new CompletableFuture<>());
    if (handlings.putIfAbsent(topic.name(), handling) != null) {
      throw new IllegalStateException(topic.name() + " is read everywhere twice in " + clients.service());
    }
    return handling.caughtUp();
  }

  @Override
  public void start() {
    if (!handlings.isEmpty()) {
      var starting = Thread.ofPlatform().name("everywhere").unstarted(this::run);
      thread = starting; // before it runs: it ends when it finds that it is not the one
      starting.start();
    }
  }

  @Override
  public void stop() {
    var running = thread;
    thread = null;
    var reading = consumer;
    if (reading != null) {
      reading.wakeup();
    }
    if (running != null) {
      try {
        running.join(Duration.ofSeconds(5));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private boolean running() {
    return thread == Thread.currentThread();
  }

  private void run() {
    while (running()) {
      try (var reading = clients.alone()) {
        consumer = reading;
        read(reading);
      } catch (WakeupException | InterruptException e) {
        return;
      } catch (KafkaException e) {
        log.warn("could not read {}, beginning again: {}", handlings.keySet(), Causes.root(e));
        pause();
      } finally {
        consumer = null;
      }
    }
  }

  private void read(org.apache.kafka.clients.consumer.Consumer<String, byte[]> reading) {
    var partitions = handlings.keySet()
        .stream()
        .flatMap(topic -> partitions(reading, topic).stream())
        .map(info -> new TopicPartition(info.topic(), info.partition()))
        .toList();
    reading.assign(partitions);
    reading.seekToBeginning(partitions);
    var ends = new HashMap<>(reading.endOffsets(partitions));
    while (running()) {
      ends.entrySet().removeIf(end -> reading.position(end.getKey()) >= end.getValue());
      signal(ends.keySet().stream().map(TopicPartition::topic).toList());
      for (var record : reading.poll(ends.isEmpty() ? POLL : Duration.ofMillis(100))) {
        handle(record);
      }
    }
  }

  private static List<PartitionInfo> partitions(
      org.apache.kafka.clients.consumer.Consumer<String, byte[]> reading, String topic) {
    var partitions = reading.partitionsFor(topic);
    if (partitions.isEmpty()) { // made a moment ago, and this broker has not heard of it
      throw new KafkaException("topic " + topic + " has no partitions yet");
    }
    return partitions;
  }

  private void signal(List<String> behind) {
    handlings.forEach((topic, handling) -> {
      if (!behind.contains(topic)) {
        handling.caughtUp().complete(null);
      }
    });
  }

  private void handle(ConsumerRecord<String, byte[]> record) {
    var handling = handlings.get(record.topic());
    if (handling == null || record.value() == null) {
      return; // a tombstone left by compaction
    }
    try {
      handling.handle(json, record);
    } catch (RuntimeException e) {
      // every process reads it, so nobody's dead letters: what it would have changed stays as it was
      metrics.counter("cts.events.skipped", "topic", record.topic()).increment();
      log.error("skipped {}-{}@{} of {}: {}", record.topic(), record.partition(), record.offset(), record.key(),
          Causes.root(e), e);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
