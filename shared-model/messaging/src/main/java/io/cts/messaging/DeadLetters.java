package io.cts.messaging;

import io.cts.contract.Topic;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.KafkaException;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.core.ProducerFactory;
import org.springframework.kafka.listener.DeadLetterPublishingRecoverer;
import org.springframework.kafka.listener.DeadLetterPublishingRecoverer.HeaderNames.HeadersToAdd;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.kafka.listener.RetryListener;
import org.springframework.kafka.support.ExponentialBackOffWithMaxRetries;
import org.springframework.util.backoff.BackOff;
import org.springframework.util.backoff.ExponentialBackOff;

/**
 * What becomes of events whose handler fails: tried again with growing pauses, then put on the topic's dead letters as
 * they came, with the cause in the header {@code cts-cause}. A database that is away is waited for: that is not the
 * event's fault. Nor is a store of blobs that cannot be read; but what cannot be read may stay so, and it is waited for ten
 * minutes.
 */
final class DeadLetters {
  static final String SERVICE = "cts-service";
  private static final Duration STORE_AWAY = Duration.ofMinutes(10);
  private static final Logger log = LoggerFactory.getLogger(DeadLetters.class);

  private final ProducerFactory<String, byte[]> producers;
  private final DeadLetterPublishingRecoverer recoverer;
  private final int retries;
  private final MeterRegistry metrics;

  DeadLetters(KafkaClients clients, int retries, MeterRegistry metrics) {
    this.retries = retries;
    this.metrics = metrics;
    producers = clients.deadLetters();
    recoverer = new DeadLetterPublishingRecoverer(new KafkaTemplate<>(producers),
        (record, _) -> new TopicPartition(record.topic() + ".dead-letters", -1)); // any partition
    recoverer.excludeHeader(HeadersToAdd.EX_STACKTRACE, HeadersToAdd.EX_CAUSE);
    recoverer.addHeadersFunction((_, failure) -> new RecordHeaders()
        .add(Topic.CAUSE, Causes.root(failure).getBytes(StandardCharsets.UTF_8))
        .add(SERVICE, clients.service().getBytes(StandardCharsets.UTF_8)));
  }

  /** Puts {@code record} there now. */
  void take(ConsumerRecord<?, ?> record, Exception failure) {
    recoverer.accept(record, null, failure);
    count(record, failure);
  }

  /** An error handler of its own for each container. */
  DefaultErrorHandler errorHandler() {
    var handler = new DefaultErrorHandler(recoverer, someTimes());
    handler.addNotRetryableExceptions(MalformedEvent.class);
    handler.setBackOffFunction((_, failure) -> Causes.databaseAway(failure)
        ? withoutEnd()
        : Causes.storeAway(failure) ? aWhile() : null);
    handler.setLogLevel(KafkaException.Level.DEBUG);
    handler.setRetryListeners(new RetryListener() {
      @Override
      public void failedDelivery(ConsumerRecord<?, ?> record, @Nullable Exception failure, int attempt) {
        log.warn("could not handle {} (attempt {}): {}", name(record), attempt, Causes.root(failure));
      }

      @Override
      public void recovered(ConsumerRecord<?, ?> record, @Nullable Exception failure) {
        count(record, failure);
      }
    });
    return handler;
  }

  private void count(ConsumerRecord<?, ?> record, @Nullable Exception failure) {
    metrics.counter("cts.events.dead", "topic", record.topic()).increment();
    log.error("gave {} up to {}.dead-letters: {}", name(record), record.topic(), Causes.root(failure), failure);
  }

  private static String name(ConsumerRecord<?, ?> record) {
    return "event " + record.topic() + "-" + record.partition() + "@" + record.offset() + " of " + record.key();
  }

  private BackOff someTimes() {
    var backOff = new ExponentialBackOffWithMaxRetries(retries);
    backOff.setInitialInterval(200);
    backOff.setMultiplier(2.5);
    backOff.setMaxInterval(10_000);
    return backOff;
  }

  private static BackOff withoutEnd() {
    var backOff = new ExponentialBackOff(200, 2);
    backOff.setMaxInterval(5_000);
    return backOff;
  }

  private static BackOff aWhile() {
    var backOff = new ExponentialBackOff(200, 2);
    backOff.setMaxInterval(5_000);
    backOff.setMaxElapsedTime(STORE_AWAY.toMillis());
    return backOff;
  }

  void close() {
    producers.reset();
  }
}
