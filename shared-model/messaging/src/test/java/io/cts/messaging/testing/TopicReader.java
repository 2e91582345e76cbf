package io.cts.messaging.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cts.contract.Event;
import io.cts.contract.Topic;
import io.cts.contract.Topics;
import io.cts.messaging.EventJson;
import io.cts.messaging.MalformedEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** Says events and looks at what was said. */
public final class TopicReader {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final String bootstrap;
  private final EventJson json = new EventJson();

  TopicReader(String bootstrap) {
    this.bootstrap = bootstrap;
  }

  /** Puts {@code event} on its topic, which the service under test makes. */
  public void publish(Event event) {
    publish(Topics.of(event).name(), event.key(), json.write(event).getBytes(UTF_8));
  }

  /** Puts any bytes on a topic. */
  public void publish(String topic, String key, byte @Nullable [] value) {
    try (var producer = new KafkaProducer<>(Map.of("bootstrap.servers", bootstrap, "acks", "all"),
        new StringSerializer(), new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(topic, key, value)).get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("could not publish to " + topic, e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while publishing to " + topic, e);
    }
  }

  /**
   * The first event of the topic that is {@code wanted}, from the topic's beginning.
   *
   * @throws AssertionError if none comes within a minute, with what came instead
   */
  public <E extends Event> E await(Topic<E> topic, Predicate<E> wanted) {
    var found = records(topic.name(), PATIENCE, record -> event(topic, record).filter(wanted).isPresent());
    var last = found.isEmpty() ? Optional.<E>empty() : event(topic, found.getLast()).filter(wanted);
    if (last.isPresent()) {
      return last.get();
    }
    throw new AssertionError("no such event came on " + topic.name() + " in " + PATIENCE.toSeconds() + " s, but "
        + found.stream().map(record -> new String(record.value(), UTF_8)).toList());
  }

  /** All events that are on the topic now, in the order of their partitions. */
  public <E extends Event> List<E> all(Topic<E> topic) {
    return records(topic.name(), Duration.ZERO, _ -> false).stream()
        .flatMap(record -> event(topic, record).stream())
        .toList();
  }

  /** None where what is on the topic is no event. */
  private <E extends Event> Optional<E> event(Topic<E> topic, ConsumerRecord<String, byte[]> record) {
    try {
      return Optional.of(json.read(topic, record.value()));
    } catch (MalformedEvent e) {
      return Optional.empty();
    }
  }

  /**
   * The first {@code count} of the topic's dead letters, as they came.
   *
   * @throws AssertionError if fewer come within a minute
   */
  public List<ConsumerRecord<String, byte[]>> deadLetters(Topic<?> topic, int count) {
    var seen = new AtomicInteger();
    var found = records(topic.deadLetters(), PATIENCE, _ -> seen.incrementAndGet() == count);
    if (found.size() < count) {
      throw new AssertionError(found.size() + " of " + count + " dead letters came for " + topic.name() + " in "
          + PATIENCE.toSeconds() + " s");
    }
    return found;
  }

  /** Why a dead letter is one. */
  public static String cause(ConsumerRecord<?, ?> deadLetter) {
    return new String(deadLetter.headers().lastHeader("cts-cause").value(), UTF_8);
  }

  /** Reads to where the topic ended at the call, then waits for what comes until one is the {@code last} to read. */
  private List<ConsumerRecord<String, byte[]>> records(String topic, Duration patience,
      Predicate<ConsumerRecord<String, byte[]>> last) {
    var deadline = Instant.now().plus(patience);
    var found = new ArrayList<ConsumerRecord<String, byte[]>>();
    try (var consumer = new KafkaConsumer<>(Map.of("bootstrap.servers", bootstrap, "enable.auto.commit", false),
        new StringDeserializer(), new ByteArrayDeserializer())) {
      var partitions = partitions(consumer, topic);
      while (partitions.isEmpty() && Instant.now().isBefore(deadline)) {
        LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        partitions = partitions(consumer, topic);
      }
      if (partitions.isEmpty()) {
        return found;
      }
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      var ends = consumer.endOffsets(partitions);
      while (Instant.now().isBefore(deadline)
          || ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        for (var record : consumer.poll(Duration.ofMillis(200))) {
          found.add(record);
          if (last.test(record)) {
            return found;
          }
        }
      }
      return found;
    }
  }

  private static List<TopicPartition> partitions(KafkaConsumer<?, ?> consumer, String topic) {
    // the list of all: asking for one that is not there yet would log a warning at each try
    return consumer.listTopics()
        .getOrDefault(topic, List.of())
        .stream()
        .map(info -> new TopicPartition(topic, info.partition()))
        .toList();
  }
}
