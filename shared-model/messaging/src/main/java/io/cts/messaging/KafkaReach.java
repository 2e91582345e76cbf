package io.cts.messaging;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** Whether Kafka answers, for those who tell of a service's health. */
public final class KafkaReach implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final KafkaClients clients;
  private @Nullable Admin admin;

  KafkaReach(KafkaClients clients) {
    this.clients = clients;
  }

  /** Why there is no answer; takes up to two seconds. */
  public synchronized Optional<String> trouble() {
    try {
      if (admin == null) {
        admin = clients.admin();
      }
      admin.describeCluster().nodes().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      return Optional.empty();
    } catch (TimeoutException e) {
      return Optional.of("no answer from " + clients.bootstrap() + " within " + PATIENCE.toSeconds() + " s");
    } catch (ExecutionException | KafkaException e) {
      return Optional.of(String.valueOf(Causes.root(e)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of("interrupted while asking");
    }
  }

  @Override
  public synchronized void close() {
    if (admin != null) {
      admin.close(Duration.ZERO);
    }
  }
}
