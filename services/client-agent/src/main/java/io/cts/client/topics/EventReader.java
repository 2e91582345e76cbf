package io.cts.client.topics;

import io.cts.client.CommandFailed;
import io.cts.client.Json;
import io.cts.contract.Event;
import io.cts.contract.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import tools.jackson.core.JacksonException;

/** All events of a topic, from its beginning. In no group: it commits nothing and disturbs nobody. For one thread. */
public final class EventReader<E extends Event> implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(100);

  private final Topic<E> topic;
  private final KafkaConsumer<String, byte[]> consumer;
  private final List<TopicPartition> partitions;
  private final List<E> events = new ArrayList<>();

  /** @param bootstrap Kafka's brokers, which have the topic */
  public EventReader(String bootstrap, Topic<E> topic) throws CommandFailed {
    this.topic = topic;
    consumer = Brokers.consumer(bootstrap, Map.of());
    try {
      partitions = consumer.partitionsFor(topic.name())
          .stream()
          .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
          .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
    } catch (KafkaException e) {
      consumer.close();
      throw unreadable(e);
    }
  }

  /** All that there are now, those of earlier calls included. */
  public List<E> all() throws CommandFailed {
    try {
      var ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.getOrDefault(one, 0L))) {
        for (var told : consumer.poll(POLL)) {
          events.add(Json.MAPPER.readValue(told.value(), topic.type()));
        }
      }
      return List.copyOf(events);
    } catch (KafkaException | JacksonException e) {
      throw unreadable(e);
    }
  }

  private CommandFailed unreadable(RuntimeException e) {
    return new CommandFailed("tried to read the topic " + topic.name() + " but: " + e.getMessage(), e);
  }

  @Override
  public void close() {
    consumer.close();
  }
}
