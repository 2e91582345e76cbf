package io.cts.messaging;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.springframework.context.SmartLifecycle;

/** Has the subscriptions consumed once Kafka and all else that they need is there. Starts after everything else and ends first. */
final class Consuming implements SmartLifecycle {
  private final Publishing publishing;
  private final KafkaSubscriptions subscriptions;
  private final DeadLetters deadLetters;
  private final List<Prerequisite> prerequisites;
  private CompletableFuture<Void> starting = CompletableFuture.completedFuture(null);
  private boolean started;

  Consuming(Publishing publishing, KafkaSubscriptions subscriptions, DeadLetters deadLetters,
      List<Prerequisite> prerequisites) {
    this.prerequisites = List.copyOf(prerequisites);
    this.publishing = publishing;
    this.subscriptions = subscriptions;
    this.deadLetters = deadLetters;
  }

  @Override
  public synchronized void start() {
    started = true;
    var needed = Stream.concat(Stream.of(publishing.connected()),
        prerequisites.stream().map(it -> it.met().toCompletableFuture()));
    starting = CompletableFuture.allOf(needed.toArray(CompletableFuture<?>[]::new))
        .thenRunAsync(this::consume, Thread::startVirtualThread);
  }

  private synchronized void consume() {
    if (started) {
      subscriptions.start();
    }
  }

  @Override
  public synchronized void stop() {
    started = false;
    starting.cancel(false);
    subscriptions.stop();
    deadLetters.close();
  }

  @Override
  public synchronized boolean isRunning() {
    return started;
  }
}
