package io.cts.client.topics;

import static org.assertj.core.api.Assertions.assertThat;

import io.cts.client.CommandRun;
import io.cts.client.Json;
import io.cts.contract.Event;
import io.cts.contract.EventId;
import io.cts.contract.PullFailed;
import io.cts.contract.PullId;
import io.cts.contract.Topics;
import io.cts.contract.Weights;
import io.cts.contract.WeightsPublished;
import io.cts.embedded.EmbeddedKafka;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Topics of a real broker: one with a failure, one with weights and something that is no event, one that is empty. */
class TopicsIT {
  private static final Instant AT = Instant.parse("2026-11-20T12:00:00Z");
  private static final PullId PULL = PullId.random();

  @TempDir
  private static Path folder;
  private static @Nullable EmbeddedKafka kafka;
  private static String bootstrap = "";

  @BeforeAll
  static void start() throws Exception {
    var broker = EmbeddedKafka.start(folder);
    kafka = broker;
    bootstrap = broker.bootstrap();
    try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrap));
        var producer = new KafkaProducer<>(Map.of("bootstrap.servers", bootstrap), new StringSerializer(),
            new ByteArraySerializer())) {
      admin.createTopics(List.of(new NewTopic(Topics.PULL_FAILED.name(), 2, (short) 1),
          new NewTopic(Topics.WEIGHTS_PUBLISHED.name(), 1, (short) 1),
          new NewTopic(Topics.PULL_READY.name(), 1, (short) 1),
          new NewTopic(Topics.PULL_READY.deadLetters(), 1, (short) 1),
          new NewTopic(Topics.PULL_FAILED.deadLetters(), 1, (short) 1))).all().get();
      publish(producer, new PullFailed(EventId.random(), AT, PULL, "cache", "DENIED", "the upstream said no"));
      publish(producer, new WeightsPublished(EventId.random(), AT.plusSeconds(1),
          new Weights("analytic-7", "analytic", Map.of("a", 1.0), 900), 0.042, "more data"));
      var dead = new ProducerRecord<>(Topics.PULL_FAILED.deadLetters(), PULL.toString(), Json.MAPPER.writeValueAsBytes(
          new PullFailed(EventId.random(), AT, PULL, "cache", "DENIED", "the upstream said no")));
      dead.headers().add("cts-cause", "the database said no".getBytes(StandardCharsets.UTF_8));
      producer.send(dead).get();
      producer.send(new ProducerRecord<>(Topics.WEIGHTS_PUBLISHED.name(), "odd", new byte[]{'{'})).get();
    }
  }

  private static void publish(KafkaProducer<String, byte[]> producer, Event event) throws Exception {
    producer.send(new ProducerRecord<>(Topics.of(event).name(), event.key(), Json.MAPPER.writeValueAsBytes(event)))
        .get();
  }

  @AfterAll
  static void stop() {
    if (kafka != null) {
      kafka.close();
    }
  }

  @Test
  void list_tells_the_topics_that_are_there_and_what_they_hold() {
    var run = CommandRun.of("topics", "list", "--bootstrap", bootstrap);

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).isEqualTo("""
        topic                            carries           delivery      partitions  events
        cts.pull-ready.v1                PullReady         fact                   1       0
        cts.pull-failed.v1               PullFailed        fact                   2       1
        cts.pull-failed.v1.dead-letters  PullFailed        dead letters           1       1
        cts.weights-published.v1         WeightsPublished  fact                   1       2
        """);
  }

  @Test
  void tail_tells_all_topics_in_the_order_of_writing_and_what_is_no_event_as_it_came() {
    var run = CommandRun.of("topics", "tail", "--from-beginning", "--no-follow", "--bootstrap", bootstrap);

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out().lines()).hasSize(3)
        .anySatisfy(line -> assertThat(line).contains("pull-failed", "cache gave up: DENIED: the upstream said no"))
        .anySatisfy(line -> assertThat(line).contains("weights-published", "analytic-7 of 900 samples"))
        .anySatisfy(line -> assertThat(line).startsWith("not understood on cts.weights-published.v1").endsWith("{"));
  }

  @Test
  void tail_of_one_topic_with_json_gives_the_records_as_they_are() {
    var run = CommandRun.of("topics", "tail", "pull-failed", "--from-beginning", "--no-follow", "--json", "--bootstrap",
        bootstrap);

    assertThat(run.exitCode()).as(run.err()).isZero();
    var told = Json.MAPPER.readTree(run.out());
    assertThat(told.path("topic").asString()).isEqualTo("cts.pull-failed.v1");
    assertThat(told.path("key").asString()).isEqualTo(PULL.toString());
    assertThat(told.path("value").path("code").asString()).isEqualTo("DENIED");
  }

  @Test
  void tail_of_dead_letters_says_why_each_was_given_up() {
    for (var name : List.of("pull-failed.dead-letters", "cts.pull-failed.v1.dead-letters")) {
      var run = CommandRun.of("topics", "tail", name, "--from-beginning", "--no-follow", "--bootstrap", bootstrap);

      assertThat(run.out()).contains("cache gave up: DENIED: the upstream said no; given up: the database said no");
    }
    var json = CommandRun.of("topics", "tail", "pull-failed.dead-letters", "--from-beginning", "--no-follow", "--json",
        "--bootstrap", bootstrap);
    assertThat(Json.MAPPER.readTree(json.out()).path("headers").path("cts-cause").asString())
        .isEqualTo("the database said no");
  }

  @Test
  void tail_without_from_beginning_begins_at_the_end() {
    var run = CommandRun.of("topics", "tail", "--no-follow", "--bootstrap", bootstrap);

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).isEmpty();
  }

  @Test
  void a_topic_that_no_service_made_yet_is_told_so() {
    var run = CommandRun.of("topics", "tail", "node-profiled", "--bootstrap", bootstrap);

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("tried to read node-profiled at " + bootstrap)
        .contains("the services make them when they start");
  }
}
