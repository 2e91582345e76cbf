package io.cts.client.topics;

import io.cts.client.CommandFailed;
import io.cts.client.Output;
import io.cts.contract.Topic;
import io.cts.contract.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists the topics. */
@Command(name = "list", mixinStandardHelpOptions = true, description = "Lists the topics in the order of a pull's life, with how many events each holds.", footer = {
    "", "Example:", "  cts topics list --bootstrap localhost:9092"})
final class TopicsList implements Callable<Integer> {
  @Mixin
  private Brokers brokers;
  @Mixin
  private Output output;

  private record Held(String topic, String carries, String delivery, int partitions, long events) {}

  @Override
  public Integer call() throws CommandFailed {
    var rows = new ArrayList<List<String>>();
    for (var held : held()) {
      rows.add(List.of(held.topic, held.carries, held.delivery, Integer.toString(held.partitions),
          Long.toString(held.events)));
      output.object(held);
    }
    output.table(new Output.Table(List.of("topic", "carries", "delivery", "partitions", "events"), rows));
    return 0;
  }

  /** Those that are there; dead letters only where there are any. */
  private List<Held> held() throws CommandFailed {
    try (var consumer = brokers.consumer()) {
      var partitions = consumer.listTopics()
          .entrySet()
          .stream()
          .collect(Collectors.toMap(Map.Entry::getKey,
              topic -> topic.getValue().stream().map(it -> new TopicPartition(it.topic(), it.partition())).toList()));
      var all = partitions.values().stream().flatMap(List::stream).toList();
      var ends = consumer.endOffsets(all);
      var begins = consumer.beginningOffsets(all);
      return Topics.ALL.stream()
          .flatMap(topic -> Stream.of(
              held(topic, topic.name(), topic.delivery().name().toLowerCase(Locale.ROOT), partitions, begins, ends),
              held(topic, topic.deadLetters(), "dead letters", partitions, begins, ends)))
          .filter(held -> held.partitions > 0 && (held.events > 0 || !held.delivery.equals("dead letters")))
          .toList();
    } catch (KafkaException e) {
      throw brokers.unreachable(e);
    }
  }

  private static Held held(Topic<?> topic, String name, String delivery, Map<String, List<TopicPartition>> partitions,
      Map<TopicPartition, Long> begins, Map<TopicPartition, Long> ends) {
    var of = partitions.getOrDefault(name, List.of());
    var events = of.stream()
        .mapToLong(partition -> ends.getOrDefault(partition, 0L) - begins.getOrDefault(partition, 0L))
        .sum();
    return new Held(name, topic.type().getSimpleName(), delivery, of.size(), events);
  }
}
