package io.cts.messaging;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What waits: in the outbox to be published, and on the topics to be handled. Asked for when somebody reads the meters. */
final class MessagingMeters implements SmartInitializingSingleton {
  private static final long KEEP_NANOS = Duration.ofSeconds(2).toNanos();
  private static final Outbox EMPTY = new Outbox(0, 0);

  private final JdbcClient database;
  private final KafkaSubscriptions subscriptions;
  private final ConsumerLag lag;
  private final MeterRegistry registry;
  private Outbox outbox = EMPTY;
  private long readAt = System.nanoTime() - KEEP_NANOS;
  private boolean known;

  private record Outbox(long depth, double oldestSeconds) {}

  MessagingMeters(JdbcClient database, KafkaSubscriptions subscriptions, ConsumerLag lag, MeterRegistry registry) {
    this.database = database;
    this.subscriptions = subscriptions;
    this.lag = lag;
    this.registry = registry;
  }

  /** Now all beans have subscribed. */
  @Override
  public void afterSingletonsInstantiated() {
    gauge("cts.outbox.depth", "events that wait to be published", Outbox::depth);
    gauge("cts.outbox.oldest.seconds", "how long the first of them has waited", Outbox::oldestSeconds);
    for (var topics : List.of(subscriptions.sharedTopics(), subscriptions.jobTopics())) {
      for (var topic : topics) {
        Gauge.builder("cts.consumer.lag", lag, it -> it.of(topic))
            .tag("topic", topic)
            .description("events that this service has not handled yet")
            .register(registry);
      }
    }
  }

  private void gauge(String name, String description, ToDoubleFunction<Outbox> value) {
    Gauge.builder(name, this, it -> it.read(value)).description(description).register(registry);
  }

  /** NaN while the database is away. */
  private synchronized double read(ToDoubleFunction<Outbox> value) {
    if (System.nanoTime() - readAt >= KEEP_NANOS) {
      readAt = System.nanoTime();
      try {
        outbox = database.sql("""
            select count(*) as depth, coalesce(extract(epoch from now() - min(put_at)), 0) as oldest_seconds
            from outbox where sent_at is null""").query(Outbox.class).single();
        known = true;
      } catch (DataAccessException e) {
        known = false;
      }
    }
    return known ? value.applyAsDouble(outbox) : Double.NaN;
  }
}
