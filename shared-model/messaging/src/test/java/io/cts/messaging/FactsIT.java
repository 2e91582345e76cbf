package io.cts.messaging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cts.contract.PullFailed;
import io.cts.contract.PullId;
import io.cts.contract.Topics;
import io.cts.messaging.testing.TopicReader;
import io.cts.messaging.testing.WithKafkaAndPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@WithKafkaAndPostgres
class FactsIT {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @Test
  void a_fact_is_published_with_its_state_change_and_handled_once(TopicReader topics) {
    try (var service = TestService.start("a",
        (subscriptions, started) -> subscriptions.facts(Topics.PULL_FAILED, started::write))) {
      var fact = Events.fact();
      service.inTransaction(outbox -> {
        outbox.publish(fact);
        outbox.publish(fact);
      });
      assertThat(topics.await(Topics.PULL_FAILED, event -> event.id().equals(fact.id()))).isEqualTo(fact);
      await().atMost(PATIENCE).until(() -> !service.written(fact.key()).isEmpty());

      service.inTransaction(outbox -> outbox.publish(fact)); // said already
      topics.publish(fact); // delivered again
      var last = Events.fact(fact.pull(), "the last of this key");
      service.inTransaction(outbox -> outbox.publish(last));

      await().atMost(PATIENCE).until(() -> service.written(fact.key()).contains(last.id()));
      assertThat(service.written(fact.key())).containsExactly(fact.id(), last.id());
      assertThat(topics.all(Topics.PULL_FAILED)).filteredOn(event -> event.id().equals(fact.id()))
          .as("once by the outbox, once by hand")
          .hasSize(2);
    }
  }

  @Test
  void nothing_is_published_of_a_transaction_that_is_rolled_back_nor_outside_one(TopicReader topics) {
    try (var service = TestService.start("a")) {
      var rolledBack = Events.fact();
      assertThatThrownBy(() -> service.inTransaction(outbox -> {
        outbox.publish(rolledBack);
        throw new IllegalStateException("something went wrong");
      })).hasMessage("something went wrong");
      assertThatThrownBy(() -> service.outbox().publish(Events.fact())).isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("outside a transaction");

      var after = Events.fact();
      service.inTransaction(outbox -> outbox.publish(after));
      topics.await(Topics.PULL_FAILED, event -> event.id().equals(after.id()));
      assertThat(topics.all(Topics.PULL_FAILED)).extracting(PullFailed::id).doesNotContain(rolledBack.id());
    }
  }

  @Test
  void facts_of_a_key_are_published_in_the_order_in_which_they_were_put(TopicReader topics) {
    try (var service = TestService.start("a")) {
      var pull = PullId.random();
      for (var i = 0; i < 30; i++) {
        var number = i;
        service.inTransaction(outbox -> outbox.publish(Events.fact(pull, "" + number)));
      }

      topics.await(Topics.PULL_FAILED, event -> event.pull().equals(pull) && event.message().equals("29"));
      assertThat(topics.all(Topics.PULL_FAILED)).filteredOn(event -> event.pull().equals(pull))
          .extracting(PullFailed::message)
          .isEqualTo(IntStream.range(0, 30).mapToObj(i -> "" + i).toList());
    }
  }

  @Test
  void a_handler_that_fails_is_tried_again_and_what_it_wrote_is_undone() {
    var tries = new AtomicInteger();
    var fact = Events.fact();
    try (var service = TestService.start("a",
        (subscriptions, started) -> subscriptions.facts(Topics.PULL_FAILED, event -> {
          started.write(event);
          if (event.id().equals(fact.id()) && tries.incrementAndGet() < 3) {
            throw new IllegalStateException("not yet");
          }
        }))) {
      service.inTransaction(outbox -> outbox.publish(fact));

      await().atMost(PATIENCE).until(() -> !service.written(fact.key()).isEmpty());
      assertThat(service.written(fact.key())).containsExactly(fact.id());
      assertThat(tries).hasValue(3);
    }
  }

  @Test
  void a_store_that_is_away_is_waited_for_longer_than_a_handler_is_tried() {
    var tries = new AtomicInteger();
    var fact = Events.fact();
    try (var service = TestService.start("a",
        (subscriptions, started) -> subscriptions.facts(Topics.PULL_FAILED, event -> {
          if (event.id().equals(fact.id()) && tries.incrementAndGet() < 6) {
            throw new UncheckedIOException(new IOException("the store does not answer"));
          }
          started.write(event);
        }))) {
      service.inTransaction(outbox -> outbox.publish(fact));

      await().atMost(PATIENCE).until(() -> !service.written(fact.key()).isEmpty());
      assertThat(tries).hasValue(6); // and TestService tries others' events four times
    }
  }

  @Test
  void a_fact_that_cannot_be_handled_goes_to_the_dead_letters_and_the_next_is_handled(TopicReader topics) {
    var bad = Events.fact();
    try (var service = TestService.start("a",
        (subscriptions, started) -> subscriptions.facts(Topics.PULL_FAILED, event -> {
          if (event.id().equals(bad.id())) {
            throw new IllegalStateException("this one never works");
          }
          started.write(event);
        }))) {
      var malformed = "{\"id\":\"no\"}".getBytes(UTF_8);
      var next = Events.fact(bad.pull(), "after them");
      topics.publish(Topics.PULL_FAILED.name(), bad.key(), malformed);
      topics.publish(bad);
      topics.publish(next);

      await().atMost(PATIENCE).until(() -> service.written(bad.key()).contains(next.id()));
      var letters = topics.deadLetters(Topics.PULL_FAILED, 2);
      assertThat(letters.getFirst().value()).isEqualTo(malformed);
      assertThat(TopicReader.cause(letters.getFirst())).contains("Invalid UUID string: no");
      assertThat(new EventJson().read(Topics.PULL_FAILED, letters.getLast().value())).isEqualTo(bad);
      assertThat(TopicReader.cause(letters.getLast())).isEqualTo("this one never works");
    }
  }
}
