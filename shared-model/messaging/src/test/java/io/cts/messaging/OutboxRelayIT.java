package io.cts.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cts.contract.PullFailed;
import io.cts.contract.PullId;
import io.cts.contract.Topics;
import io.cts.messaging.testing.TopicReader;
import io.cts.messaging.testing.WithKafkaAndPostgres;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@WithKafkaAndPostgres
class OutboxRelayIT {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @Test
  void processes_that_relay_one_outbox_publish_each_fact_once_and_in_order(TopicReader topics) {
    try (var first = TestService.start("a"); var second = TestService.start("b")) {
      var pull = PullId.random();
      for (var i = 0; i < 40; i++) {
        var number = i;
        (i % 2 == 0 ? first : second).inTransaction(outbox -> outbox.publish(Events.fact(pull, "" + number)));
      }

      topics.await(Topics.PULL_FAILED, event -> event.pull().equals(pull) && event.message().equals("39"));
      assertThat(topics.all(Topics.PULL_FAILED)).filteredOn(event -> event.pull().equals(pull))
          .extracting(PullFailed::message)
          .isEqualTo(IntStream.range(0, 40).mapToObj(i -> "" + i).toList());
    }
  }

  @Test
  void what_was_published_just_before_a_crash_is_published_again_and_handled_once(TopicReader topics) {
    var fact = Events.fact();
    try (var service = TestService.start("a")) {
      service.inTransaction(outbox -> outbox.publish(fact));
      topics.await(Topics.PULL_FAILED, event -> event.id().equals(fact.id()));
      await().atMost(PATIENCE).until(() -> unsent(service) == 0);
      service.database().sql("update outbox set sent_at = null").update(); // as if it had ended before it noted it
    }

    var last = Events.fact(fact.pull(), "after the crash");
    try (var service = TestService.start("a",
        (subscriptions, started) -> subscriptions.facts(Topics.PULL_FAILED, started::write))) {
      service.inTransaction(outbox -> outbox.publish(last));

      await().atMost(PATIENCE).until(() -> service.written(fact.key()).contains(last.id()));
      assertThat(service.written(fact.key())).containsExactly(fact.id(), last.id());
      assertThat(topics.all(Topics.PULL_FAILED)).filteredOn(event -> event.id().equals(fact.id()))
          .hasSizeGreaterThan(1);
    }
  }

  @Test
  void an_event_that_no_broker_takes_holds_up_nobody(TopicReader topics) {
    try (var service = TestService.start("a")) {
      var pull = PullId.random();
      service.inTransaction(outbox -> {
        outbox.publish(Events.fact(pull, "before"));
        outbox.publish(Events.fact(pull, "x".repeat(KafkaClients.LARGEST_EVENT_BYTES)));
        outbox.publish(Events.fact(pull, "large".repeat(400_000))); // more than a broker takes unless it is told
        outbox.publish(Events.fact(pull, "after"));
      });

      topics.await(Topics.PULL_FAILED, event -> event.pull().equals(pull) && event.message().equals("after"));
      assertThat(topics.all(Topics.PULL_FAILED)).filteredOn(event -> event.pull().equals(pull))
          .extracting(event -> event.message().length())
          .containsExactly(6, 2_000_000, 5);
      await().atMost(PATIENCE).until(() -> unsent(service) == 0);
    }
  }

  @Test
  void what_topics_no_longer_keep_is_forgotten(TopicReader topics) {
    try (var service = TestService.start("a")) {
      var fact = Events.fact();
      service.inTransaction(outbox -> outbox.publish(fact));
      topics.await(Topics.PULL_FAILED, event -> event.id().equals(fact.id()));
      await().atMost(PATIENCE).until(() -> unsent(service) == 0);
      service.database().sql("update outbox set put_at = now() - interval '9 days'").update();
      service.database()
          .sql("insert into inbox values ('tested', gen_random_uuid(), now() - interval '9 days')")
          .update();
      service.database().sql("insert into inbox values ('tested', gen_random_uuid(), now())").update();
    }

    try (var service = TestService.start("a")) {
      await().atMost(PATIENCE)
          .until(() -> service.database().sql("select count(*) from inbox").query(Integer.class).single() == 1);
      assertThat(service.database().sql("select count(*) from outbox").query(Integer.class).single()).isZero();
    }
  }

  private static int unsent(TestService service) {
    return service.database().sql("select count(*) from outbox where sent_at is null").query(Integer.class).single();
  }
}
