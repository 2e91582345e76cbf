package io.cts.client.topics;

import io.cts.client.CommandFailed;
import io.cts.client.Cts;
import io.cts.client.Json;
import io.cts.client.Output;
import io.cts.contract.Topic;
import io.cts.contract.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JacksonException;

/** Tells events as they come. */
@Command(name = "tail", mixinStandardHelpOptions = true, description = "Tells events as they come, a line each, until it is interrupted.", footer = {
    "", "Examples:", "  cts topics tail pull-planned --from-beginning",
    "  cts topics tail --json | jq .key"})
final class TopicsTail implements Callable<Integer> {
  private static final Duration POLL = Duration.ofMillis(500);

  @Parameters(arity = "0..1", paramLabel = "TOPIC", description = "Such as pull-planned or cts.pull-planned.v1 (default: all).")
  private @Nullable String topic;
  @Option(names = "--from-beginning", description = "Tell first what is held already.")
  private boolean fromBeginning;
  @Option(names = "--no-follow", description = "Stop at what is there now.")
  private boolean stopAtEnd;
  @Mixin
  private Brokers brokers;
  @Mixin
  private Output output;

  private record Raw(String topic, int partition, long offset, String key, Object value) {}

  @Override
  public Integer call() throws CommandFailed {
    var topics = wanted();
    try (var consumer = brokers.consumer()) {
      var partitions = consumer.listTopics()
          .entrySet()
          .stream()
          .filter(there -> topics.stream().anyMatch(wanted -> wanted.name().equals(there.getKey())))
          .flatMap(there -> there.getValue().stream())
          .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
          .toList();
      if (partitions.isEmpty()) {
        throw new CommandFailed("tried to read " + (topic == null ? "the topics" : topic) + " at " + brokers.address()
            + " but none is there yet: the services make them when they start");
      }
      consumer.assign(partitions);
      if (fromBeginning) {
        consumer.seekToBeginning(partitions);
      } else {
        consumer.seekToEnd(partitions);
      }
      tell(consumer, partitions);
      return 0;
    } catch (KafkaException e) {
      throw brokers.unreachable(e);
    }
  }

  private List<? extends Topic<?>> wanted() throws CommandFailed {
    if (topic == null) {
      return Topics.ALL;
    }
    var named = Topics.ALL.stream()
        .filter(one -> one.name().equals(topic) || EventLine.name(one.name()).equals(topic))
        .toList();
    if (named.isEmpty()) {
      throw new CommandFailed(Cts.MISUSED, "there is no topic " + topic + "; there are "
          + String.join(", ", Topics.ALL.stream().map(one -> EventLine.name(one.name())).toList()));
    }
    return named;
  }

  /** Partitions keep no order among each other: what comes together is told in the order in which it was written. */
  private void tell(KafkaConsumer<String, byte[]> consumer, List<TopicPartition> partitions) {
    var ends = consumer.endOffsets(partitions);
    while (!stopAtEnd || partitions.stream().anyMatch(one -> consumer.position(one) < ends.getOrDefault(one, 0L))) {
      var records = new ArrayList<ConsumerRecord<String, byte[]>>();
      consumer.poll(POLL).forEach(records::add);
      records.sort(Comparator.comparingLong(ConsumerRecord::timestamp));
      records.forEach(this::tell);
    }
  }

  private void tell(ConsumerRecord<String, byte[]> told) {
    if (output.isJson()) {
      output.object(raw(told));
    } else {
      output.line(line(told.topic(), told.value()));
    }
  }

  private static Raw raw(ConsumerRecord<String, byte[]> told) {
    Object value;
    try {
      value = Json.MAPPER.readTree(told.value());
    } catch (JacksonException e) {
      value = new String(told.value(), StandardCharsets.UTF_8);
    }
    return new Raw(told.topic(), told.partition(), told.offset(), told.key(), value);
  }

  /** For people; what cannot be understood is told as it came. */
  static String line(String topic, byte[] value) {
    var type = Topics.ALL.stream().filter(one -> one.name().equals(topic)).findFirst().orElseThrow().type();
    try {
      return EventLine.of(Json.MAPPER.readValue(value, type), ZoneId.systemDefault());
    } catch (JacksonException e) {
      return "not understood on " + topic + " (" + e.getOriginalMessage() + "): "
          + new String(value, StandardCharsets.UTF_8);
    }
  }
}
