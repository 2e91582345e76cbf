package io.cts.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cts.contract.Event;
import io.cts.contract.Topics;
import io.cts.messaging.testing.Broker;
import io.cts.messaging.testing.DatabaseAway;
import io.cts.messaging.testing.TopicReader;
import io.cts.messaging.testing.WithKafkaAndPostgres;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

@WithKafkaAndPostgres
class OutagesIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @Test
  void a_service_starts_before_kafka_and_begins_when_it_comes(Broker broker, TopicReader topics) throws Exception {
    broker.stop();
    var fact = Events.fact();
    try (var service = TestService.start("a",
        (subscriptions, started) -> subscriptions.facts(Topics.PULL_FAILED, started::write))) {
      service.inTransaction(outbox -> outbox.publish(fact));
      broker.start();

      await().atMost(PATIENCE).until(() -> service.written(fact.key()).contains(fact.id()));
    } finally {
      broker.start();
    }
    assertThat(topics.all(Topics.PULL_FAILED)).contains(fact);
  }

  @Test
  void a_service_that_loses_kafka_goes_on_where_it_was(Broker broker, TopicReader topics) throws Exception {
    var before = Events.fact();
    var while_away = Events.fact(before.pull(), "while Kafka is away");
    var job = Events.job("after the outage");
    var done = new CountDownLatch(1);
    try (var service = TestService.start("a", (subscriptions, started) -> {
      subscriptions.facts(Topics.PULL_FAILED, started::write);
      subscriptions.jobs(Topics.ENCODING_REQUESTED, 1, (taken, _) -> {
        if (taken.id().equals(job.id())) {
          done.countDown();
        }
      });
    })) {
      service.inTransaction(outbox -> outbox.publish(before));
      await().atMost(PATIENCE).until(() -> service.written(before.key()).contains(before.id()));

      broker.stop();
      service.inTransaction(outbox -> outbox.publish(while_away));
      service.observations().record(job);
      broker.start();

      await().atMost(PATIENCE).until(() -> service.written(before.key()).contains(while_away.id()));
      assertThat(service.written(before.key())).containsExactly(before.id(), while_away.id());
      await().atMost(PATIENCE).until(() -> done.getCount() == 0);
    } finally {
      broker.start();
    }
  }

  @Test
  void a_database_that_is_away_is_waited_for(TopicReader topics) throws Exception {
    var tries = new AtomicInteger();
    var fact = Events.fact();
    try (var service = TestService.start("a",
        (subscriptions, started) -> subscriptions.facts(Topics.PULL_FAILED, event -> {
          tries.incrementAndGet();
          write(started, event);
        }), "spring.datasource.hikari.connection-timeout=500")) {
      topics.publish(fact);
      await().atMost(PATIENCE).until(() -> service.written(fact.key()).contains(fact.id()));
      var during = Events.fact(fact.pull(), "while the database is away");

      try (var _ = DatabaseAway.now()) {
        topics.publish(during);
        await().pollDelay(Duration.ofSeconds(3)).until(() -> true); // it fails several times meanwhile
      }

      await().atMost(PATIENCE).ignoreExceptions().until(() -> service.written(fact.key()).contains(during.id()));
      assertThat(service.written(fact.key())).containsExactly(fact.id(), during.id());
    }
  }

  private static void write(TestService service, Event event) {
    service.write(event);
  }
}
