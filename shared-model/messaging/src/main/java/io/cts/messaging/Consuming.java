package io.cts.messaging;

import java.util.concurrent.CompletableFuture;
import org.springframework.context.SmartLifecycle;

/** Has the subscriptions consumed once Kafka is there. Starts after everything else and ends first. */
final class Consuming implements SmartLifecycle {
  private final Publishing publishing;
  private final KafkaSubscriptions subscriptions;
  private final DeadLetters deadLetters;
  private CompletableFuture<Void> starting = CompletableFuture.completedFuture(null);
  private boolean started;

  Consuming(Publishing publishing, KafkaSubscriptions subscriptions, DeadLetters deadLetters) {
    this.publishing = publishing;
    this.subscriptions = subscriptions;
    this.deadLetters = deadLetters;
  }

  @Override
  public synchronized void start() {
    started = true;
    starting = publishing.connected().thenRunAsync(this::consume, Thread::startVirtualThread);
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
