package io.cts.messaging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cts.contract.NodeProfiled;
import io.cts.contract.Topics;
import io.cts.messaging.testing.TopicReader;
import io.cts.messaging.testing.WithKafkaAndPostgres;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

@WithKafkaAndPostgres
class EverywhereIT {

  @Test
  void every_process_reads_all_from_the_beginning_and_then_on(TopicReader topics) throws Exception {
    var first = new ConcurrentHashMap<String, Double>();
    var second = new ConcurrentHashMap<String, Double>();
    var caughtUp = new CompletableFuture<Void>();
    try (var _ = TestService.start("a",
        (subscriptions, _) -> subscriptions.everywhere(Topics.NODE_PROFILED, event -> remember(first, event)))) {
      topics.publish(Events.profile("node-1", 10));
      topics.publish(Events.profile("node-2", 20));
      topics.publish(Topics.NODE_PROFILED.name(), "node-1", "not JSON".getBytes(UTF_8));
      topics.publish(Events.profile("node-1", 11));
      await().atMost(Duration.ofMinutes(1)).until(() -> first.equals(Map.of("node-1", 11.0, "node-2", 20.0)));

      try (var _ = TestService.start("b",
          (subscriptions, _) -> subscriptions.everywhere(Topics.NODE_PROFILED, event -> remember(second, event))
              .thenRun(() -> caughtUp.complete(null)))) {
        caughtUp.get(60, TimeUnit.SECONDS);
        assertThat(second).isEqualTo(first);

        topics.publish(Events.profile("node-3", 30));
        await().atMost(Duration.ofMinutes(1)).until(() -> first.containsKey("node-3") && second.containsKey("node-3"));
      }
    }
  }

  private static void remember(Map<String, Double> profiles, NodeProfiled event) {
    profiles.put(event.key(), event.profile().bandwidthMbps());
  }
}
