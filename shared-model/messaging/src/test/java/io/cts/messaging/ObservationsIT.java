package io.cts.messaging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cts.contract.EventId;
import io.cts.contract.Form;
import io.cts.contract.NodeId;
import io.cts.contract.PullId;
import io.cts.contract.PullReported;
import io.cts.contract.Topics;
import io.cts.messaging.testing.TopicReader;
import io.cts.messaging.testing.WithKafkaAndPostgres;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@WithKafkaAndPostgres
class ObservationsIT {

  @Test
  void all_but_those_that_cannot_be_handled_are_handled_in_batches(TopicReader topics) {
    var bad = report(13);
    try (var service = TestService.start("a",
        (subscriptions, started) -> subscriptions.observations(Topics.PULL_REPORTED, reports -> {
          reports.forEach(started::write);
          if (reports.contains(bad)) {
            throw new IllegalStateException("this one never works");
          }
        }))) {
      var reports = IntStream.range(0, 100).mapToObj(ObservationsIT::report).toList();
      topics.publish(Topics.PULL_REPORTED.name(), bad.key(), "not JSON".getBytes(UTF_8));
      reports.forEach(service.observations()::record);
      service.observations().record(bad);

      await().atMost(Duration.ofMinutes(1))
          .until(() -> reports.stream().allMatch(report -> !service.written(report.key()).isEmpty()));
      assertThat(topics.deadLetters(Topics.PULL_REPORTED, 2)).extracting(TopicReader::cause)
          .contains("this one never works");
      assertThat(service.written(bad.key())).isEmpty();
    }
  }

  private static PullReported report(int number) {
    return new PullReported(EventId.random(), Instant.EPOCH, PullId.random(), NodeId.of("node-" + number), null,
        Form.PLAIN, 1.5, List.of());
  }
}
