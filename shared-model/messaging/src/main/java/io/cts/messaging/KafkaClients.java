package io.cts.messaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.ProducerFactory;

/**
 * The clients of one service, set up alike.
 *
 * @param bootstrap brokers to begin with, {@code host:port} separated by commas
 * @param service names consumer groups
 * @param instance tells processes of the service apart, and stays the same when one starts again
 * @param connection further settings of Kafka's clients: how to sign in, and over what
 */
record KafkaClients(String bootstrap, String service, String instance, Map<String, String> connection) {
  /** How often an idle consumer asks. Events do not wait for it, but the end of the process may. */
  private static final int IDLE_FETCH_MS = 2_000;
  /** Observations are gathered until there are so many, or until an idle consumer's time: a transaction handles many. */
  private static final int GATHERED_BYTES = 256 << 10;

  /**
   * What {@code file} says, in the format of Kafka's own {@code --command-config}.
   *
   * @param file nothing is read where it is blank
   * @throws IllegalStateException where it cannot be read
   */
  static Map<String, String> connection(String file) {
    var settings = new Properties();
    if (!file.isBlank()) {
      try (var in = Files.newBufferedReader(Path.of(file))) {
        settings.load(in);
      } catch (IOException | IllegalArgumentException e) {
        throw new IllegalStateException(
            "tried to read how to connect to Kafka from " + file + ", which CTS_KAFKA_CONFIG"
                + " names, but could not (" + e
                + "); it is to be a file of client settings, as for Kafka's --command-config",
            e);
      }
    }
    return settings.stringPropertyNames().stream().collect(Collectors.toMap(name -> name, settings::getProperty));
  }

  /** What an event may take: the plan of an image with as many layers as a manifest may have is one. */
  static final int LARGEST_EVENT_BYTES = 8 << 20;

  /** The group in which the service's processes share a topic. */
  String group(String topic) {
    return service + "." + topic;
  }

  Admin admin() {
    return Admin.create(
        settings("admin", Map.of("request.timeout.ms", 5_000, "default.api.timeout.ms", 10_000)));
  }

  /**
   * For outbox and observations. It never gives an event up, for a later one of the same key would overtake it; who
   * waits for one may stop waiting. One request is under way at a time: of two to a partition that is just being made, the
   * first may be refused and the second taken, for a broker takes any sequence number of a producer that it does not
   * know yet; the first would then be out of order for ever.
   */
  Producer<String, String> producer() {
    return new KafkaProducer<>(settings("events", Map.of("acks", "all", "enable.idempotence", true,
        "max.in.flight.requests.per.connection", 1, "delivery.timeout.ms", Integer.MAX_VALUE, "max.block.ms", 10_000,
        "max.request.size", LARGEST_EVENT_BYTES, "buffer.memory", 16L << 20)),
        new StringSerializer(), new StringSerializer());
  }

  /** For records as they came, which may not be text. */
  ProducerFactory<String, byte[]> deadLetters() {
    return new DefaultKafkaProducerFactory<>(settings("dead-letters",
        Map.of("acks", "all", "request.timeout.ms", 10_000, "delivery.timeout.ms", 30_000, "max.block.ms", 10_000,
            "max.request.size", LARGEST_EVENT_BYTES, "buffer.memory", 2L * LARGEST_EVENT_BYTES)),
        new StringSerializer(), new ByteArraySerializer());
  }

  /** Consumers that share a topic. A static member that comes back takes up its partitions without a rebalance. */
  ConsumerFactory<String, byte[]> sharing(String topic, int largestBatch) {
    return sharing(topic, Map.of("max.poll.records", largestBatch));
  }

  /** As above, for what is handled by the batch and need not be at once. */
  ConsumerFactory<String, byte[]> gathering(String topic, int largestBatch) {
    return sharing(topic, Map.of("max.poll.records", largestBatch, "fetch.min.bytes", GATHERED_BYTES));
  }

  private ConsumerFactory<String, byte[]> sharing(String topic, Map<String, Object> more) {
    var all = reading(topic, Map.of("group.id", group(topic), "group.instance.id", instance, "auto.offset.reset",
        "earliest", "session.timeout.ms", 15_000, "heartbeat.interval.ms", 5_000, "max.poll.interval.ms",
        (int) Duration.ofMinutes(15).toMillis()));
    all.putAll(more);
    return new DefaultKafkaConsumerFactory<>(all, new StringDeserializer(), new ByteArrayDeserializer());
  }

  /** A consumer that belongs to no group. */
  Consumer<String, byte[]> alone() {
    return new KafkaConsumer<>(reading("everywhere", Map.of()), new StringDeserializer(),
        new ByteArrayDeserializer());
  }

  /** One of the workers that share a topic's jobs (KIP-932): one job at a time, each acknowledged by itself. */
  ShareConsumer<String, byte[]> worker(String topic, int number) {
    var consumer = new KafkaShareConsumer<>(settings(topic + "-" + number, Map.of("group.id", group(topic),
        "share.acknowledgement.mode", "explicit", "share.acquire.mode", "record_limit", "max.poll.records", 1,
        "fetch.max.wait.ms", IDLE_FETCH_MS)),
        new StringDeserializer(), new ByteArrayDeserializer());
    consumer.subscribe(List.of(topic));
    return consumer;
  }

  private Map<String, Object> reading(String purpose, Map<String, Object> more) {
    var all = settings(purpose, more);
    all.put("enable.auto.commit", false);
    all.put("fetch.max.wait.ms", IDLE_FETCH_MS);
    return all;
  }

  private Map<String, Object> settings(String purpose, Map<String, Object> more) {
    var all = new HashMap<String, Object>(connection);
    all.putAll(more);
    all.put("bootstrap.servers", bootstrap);
    all.put("client.id", service + "-" + instance + "-" + purpose);
    all.put("reconnect.backoff.max.ms", 2_000);
    all.put("metric.reporters", ""); // neither MBeans nor reports to the broker: CTS has its own meters
    all.put("enable.metrics.push", false);
    return all;
  }
}
