package io.cts.messaging;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Events of each topic that this service's groups have not handled yet, all its processes together. Asked of the broker,
 * so that it grows also when consumers are dead, and at most once in {@value #SECONDS} s however often it is read.
 */
final class ConsumerLag {
  private static final int SECONDS = 10;
  private static final long PATIENCE_SECONDS = 3;

  private final KafkaClients clients;
  private final Supplier<Collection<String>> sharedTopics;
  private final Supplier<Collection<String>> jobTopics;
  private Map<String, Long> lags = Map.of();
  private long askedAt = System.nanoTime() - Duration.ofSeconds(SECONDS).toNanos();
  private @Nullable Admin admin;

  ConsumerLag(KafkaClients clients, Supplier<Collection<String>> sharedTopics, Supplier<Collection<String>> jobTopics) {
    this.clients = clients;
    this.sharedTopics = sharedTopics;
    this.jobTopics = jobTopics;
  }

  /** NaN where the broker did not say. */
  synchronized double of(String topic) {
    if (System.nanoTime() - askedAt >= Duration.ofSeconds(SECONDS).toNanos()) {
      askedAt = System.nanoTime();
      lags = ask();
    }
    var lag = lags.get(topic);
    return lag == null ? Double.NaN : lag;
  }

  private Map<String, Long> ask() {
    var all = new HashMap<String, Long>();
    try {
      if (admin == null) {
        admin = clients.admin();
      }
      for (var topic : sharedTopics.get()) {
        all.put(topic, lag(admin, topic));
      }
      for (var topic : jobTopics.get()) {
        var partitions = admin.listShareGroupOffsets(Map.of(clients.group(topic), new ListShareGroupOffsetsSpec()))
            .partitionsToOffsetInfo(clients.group(topic))
            .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        all.put(topic, partitions.values().stream().mapToLong(partition -> partition.lag().orElse(0L)).sum());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      return all; // the broker is away: what it did not say is not known
    }
    return all;
  }

  private long lag(Admin broker, String topic) throws InterruptedException, ExecutionException, TimeoutException {
    var done = broker.listConsumerGroupOffsets(clients.group(topic))
        .partitionsToOffsetAndMetadata()
        .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    var partitions = broker.describeTopics(List.of(topic))
        .allTopicNames()
        .get(PATIENCE_SECONDS, TimeUnit.SECONDS)
        .values()
        .stream()
        .flatMap(described -> described.partitions().stream())
        .map(partition -> new TopicPartition(topic, partition.partition()))
        .toList();
    var ends = broker.listOffsets(partitions.stream().collect(Collectors.toMap(it -> it, _ -> OffsetSpec.latest())))
        .all()
        .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    var begins = broker.listOffsets(partitions.stream().collect(Collectors.toMap(it -> it, _ -> OffsetSpec.earliest())))
        .all()
        .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    return partitions.stream().mapToLong(partition -> {
      var end = ends.get(partition);
      var begin = begins.get(partition);
      var offset = done.get(partition);
      if (end == null || begin == null) {
        return 0;
      }
      // a group that has committed nothing begins with the earliest
      return end.offset() - (offset == null ? begin.offset() : offset.offset());
    }).sum();
  }

  synchronized void close() {
    if (admin != null) {
      admin.close(Duration.ZERO);
      admin = null;
    }
  }
}
