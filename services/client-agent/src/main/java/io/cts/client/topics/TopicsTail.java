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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
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
    "  cts topics tail pull-planned.dead-letters --from-beginning",
    "  cts topics tail --json | jq .key"})
final class TopicsTail implements Callable<Integer> {
  private static final Duration POLL = Duration.ofMillis(500);

  @Parameters(arity = "0..1", paramLabel = "TOPIC", description = "Such as pull-planned or cts.pull-planned.v1 (default: all); with .dead-letters behind it, what of it could not be handled, and why.")
  private @Nullable String topic;
  @Option(names = "--from-beginning", description = "Tell first what is held already.")
  private boolean fromBeginning;
  @Option(names = "--no-follow", description = "Stop at what is there now.")
  private boolean stopAtEnd;
  @Mixin
  private Brokers brokers;
  @Mixin
  private Output output;

  private record Raw(String topic, int partition, long offset, String key, Map<String, String> headers, Object value) {}

  @Override
  public Integer call() throws CommandFailed {
    var topics = wanted();
    try (var consumer = brokers.consumer()) {
      var partitions = consumer.listTopics()
          .entrySet()
          .stream()
          .filter(there -> topics.contains(there.getKey()))
          .flatMap(there -> there.getValue().stream())
          .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
          .toList();
      if (partitions.isEmpty()) {
        throw new CommandFailed("tried to read " + (topic == null ? "the topics" : topic) + " at " + brokers.address()
            + " but none is there yet: the services make them when they start, those of dead letters with the first");
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

  private List<String> wanted() throws CommandFailed {
    if (topic == null) {
      return Topics.ALL.stream().map(Topic::name).toList();
    }
    var named = Topics.ALL.stream()
        .flatMap(one -> Stream.of(one.name(), one.deadLetters()))
        .filter(one -> one.equals(topic) || EventLine.name(one).equals(topic))
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
      var cause = headers(told).get(Topic.CAUSE);
      output.line(line(told.topic(), told.value()) + (cause == null ? "" : "; given up: " + cause));
    }
  }

  private static Map<String, String> headers(ConsumerRecord<String, byte[]> told) {
    var headers = new LinkedHashMap<String, String>();
    told.headers()
        .forEach(header -> headers.put(header.key(),
            header.value() == null ? "" : new String(header.value(), StandardCharsets.UTF_8)));
    return headers;
  }

  private static Raw raw(ConsumerRecord<String, byte[]> told) {
    Object value;
    try {
      value = Json.MAPPER.readTree(told.value());
    } catch (JacksonException e) {
      value = new String(told.value(), StandardCharsets.UTF_8);
    }
    return new Raw(told.topic(), told.partition(), told.offset(), told.key(), headers(told), value);
  }

  /** For people; what cannot be understood is told as it came. */
  static String line(String topic, byte[] value) {
    var type = Topics.ALL.stream()
        .filter(one -> one.name().equals(topic) || one.deadLetters().equals(topic))
        .findFirst()
        .orElseThrow()
        .type();
    try {
      return EventLine.of(Json.MAPPER.readValue(value, type), ZoneId.systemDefault());
    } catch (JacksonException e) {
      return "not understood on " + topic + " (" + e.getOriginalMessage() + "): "
          + new String(value, StandardCharsets.UTF_8);
    }
  }
}
