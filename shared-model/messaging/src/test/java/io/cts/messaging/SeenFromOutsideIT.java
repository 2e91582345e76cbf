package io.cts.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cts.contract.PullId;
import io.cts.contract.Topics;
import io.cts.messaging.testing.TopicReader;
import io.cts.messaging.testing.WithKafkaAndPostgres;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

/** Meters, traces and log lines. */
@WithKafkaAndPostgres
class SeenFromOutsideIT {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @Test
  void what_waits_in_the_outbox_and_on_a_topic_is_metered(TopicReader topics) throws InterruptedException {
    var handling = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    try (var service = TestService.start("a",
        (subscriptions, _) -> subscriptions.facts(Topics.PULL_FAILED, _ -> {
          handling.countDown();
          await().atMost(PATIENCE).until(() -> goOn.getCount() == 0);
        }))) {
      await().atMost(PATIENCE).until(() -> service.gauge("cts.consumer.lag") == 0);
      topics.publish(Events.fact());
      topics.publish(Events.fact());
      handling.await();
      await().atMost(PATIENCE).until(() -> service.gauge("cts.consumer.lag") == 2);
      goOn.countDown();
      await().atMost(PATIENCE).until(() -> service.gauge("cts.consumer.lag") == 0);

      service.database()
          .sql("insert into outbox (event_id, topic, key, payload, put_at) "
              + "values (gen_random_uuid(), 'cts.no-such-topic.v1', 'k', '{}', now() - interval '1 minute')")
          .update();
      await().atMost(PATIENCE).until(() -> service.gauge("cts.outbox.depth") == 1);
      assertThat(service.gauge("cts.outbox.oldest.seconds")).isBetween(60.0, 600.0);
    }
  }

  @Test
  void a_pull_is_one_trace_whose_id_is_its_own_and_its_log_lines_name_it(TopicReader topics) {
    var logged = new AtomicReference<String>();
    var fact = Events.fact();
    try (var service = TestService.start("a",
        (subscriptions, _) -> subscriptions.facts(Topics.PULL_FAILED, event -> {
          if (event.id().equals(fact.id())) {
            logged.set(MDC.get("pull"));
          }
        }))) {
      topics.publish(fact);
      await().atMost(PATIENCE).until(() -> logged.get() != null);
      assertThat(logged).hasValue(fact.pull().toString());
      service.traces().first(fact.pull(), "POST /v1/pulls", Instant.now(), Map.of());

      await().atMost(PATIENCE).until(() -> spansOf(service, fact.pull()).count() == 2);
      var first = spansOf(service, fact.pull()).filter(span -> span.getName().equals("POST /v1/pulls")).findFirst();
      var handled = spansOf(service, fact.pull()).filter(span -> !span.getName().equals("POST /v1/pulls")).findFirst();
      assertThat(first.orElseThrow().getParentSpanId()).isEqualTo(SpanId.getInvalid());
      assertThat(handled.orElseThrow().getName()).isEqualTo("handle cts.pull-failed.v1");
      assertThat(handled.orElseThrow().getParentSpanId()).isEqualTo(first.orElseThrow().getSpanId());
    }
  }

  @Test
  void what_is_logged_while_a_pull_is_observed_or_worked_for_names_it(TopicReader topics) {
    var observation = Events.fact();
    var logged = new ConcurrentHashMap<String, String>();
    try (var service = TestService.start("a",
        (subscriptions, _) -> subscriptions.observations(Topics.PULL_FAILED, events -> {
          if (events.size() > 1) {
            throw new IllegalStateException("they come one by one then"); // earlier tests' events are on the topic, too
          }
          if (events.contains(observation)) {
            logged.put("observed", String.valueOf(MDC.get("pull")));
          }
        }))) {
      topics.publish(observation);
      await().atMost(PATIENCE).until(() -> logged.containsKey("observed"));
      service.traces().step(observation.pull(), "work", Map.of(), () -> logged.put("worked", MDC.get("pull")));

      assertThat(logged).containsEntry("observed", observation.pull().toString())
          .containsEntry("worked", observation.pull().toString());
      assertThat(MDC.get("pull")).isNull();
      await().atMost(PATIENCE)
          .untilAsserted(() -> assertThat(spansOf(service, observation.pull())).extracting(SpanData::getName)
              .contains("handle cts.pull-failed.v1", "work"));
    }
  }

  private static Stream<SpanData> spansOf(TestService service, PullId pull) {
    var trace = pull.toString().replace("-", "");
    return service.spans().getFinishedSpanItems().stream().filter(span -> span.getTraceId().equals(trace));
  }
}
