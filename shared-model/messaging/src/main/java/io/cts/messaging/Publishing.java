package io.cts.messaging;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Waits for Kafka in the background, makes the topics and has outbox and observations published. Starts before anything
 * that could have something to say and ends after it.
 */
final class Publishing implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(Publishing.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final TopicSetup topics;
  private final KafkaSubscriptions subscriptions;
  private final OutboxRelay relay;
  private final KafkaObservations observations;
  private final EventProducer producer;
  private final String bootstrap;
  private Thread connecting = new Thread();
  private boolean started;
  private volatile CompletableFuture<Void> connected = new CompletableFuture<>();

  Publishing(TopicSetup topics, KafkaSubscriptions subscriptions, OutboxRelay relay, KafkaObservations observations,
      EventProducer producer, String bootstrap) {
    this.topics = topics;
    this.subscriptions = subscriptions;
    this.relay = relay;
    this.observations = observations;
    this.producer = producer;
    this.bootstrap = bootstrap;
  }

  /** Done once Kafka has answered and all topics are there; another one after each start. */
  CompletableFuture<Void> connected() {
    return connected;
  }

  @Override
  public synchronized void start() {
    started = true;
    connected = new CompletableFuture<>();
    connecting = Thread.ofVirtual().name("connecting-to-kafka").start(this::connect);
  }

  private void connect() {
    var waiting = false;
    try {
      while (!connected.isDone()) {
        try {
          topics.make(subscriptions.jobTopics());
          relay.start();
          observations.start();
          connected.complete(null);
        } catch (KafkaException | ExecutionException e) {
          if (!waiting) {
            waiting = true;
            log.warn("waiting for Kafka at {}: {}", bootstrap, Causes.root(e));
          }
          Thread.sleep(PAUSE);
        }
      }
      if (waiting) {
        log.info("Kafka at {} is there", bootstrap);
      }
    } catch (InterruptedException | org.apache.kafka.common.errors.InterruptException e) {
      return; // stopped before Kafka came
    }
  }

  @Override
  public synchronized void stop() {
    started = false;
    connecting.interrupt();
    try {
      connecting.join();
      observations.stop();
      relay.stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    producer.close();
  }

  @Override
  public synchronized boolean isRunning() {
    return started;
  }

  @Override
  public int getPhase() {
    return 0; // web servers and schedulers have far higher ones
  }
}
