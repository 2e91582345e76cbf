package io.cts.messaging;

import io.cts.contract.Event;
import io.cts.contract.Topic;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes one job at a time from a share group. One thread talks to the broker and renews the job's lock, another works.
 * Started and stopped once.
 */
final class JobWorker<E extends Event> implements Consumption {
  private static final Logger log = LoggerFactory.getLogger(JobWorker.class);
  private static final Duration POLL = Duration.ofSeconds(5);
  private static final Duration TO_SETTLE = Duration.ofSeconds(10);
  private static final Duration PAUSE = Duration.ofSeconds(2);

  private final Topic<E> topic;
  private final JobHandler<E> handler;
  private final KafkaClients clients;
  private final EventJson json;
  private final DeadLetters deadLetters;
  private final Duration lock;
  private final Handling handling;
  private final MeterRegistry metrics;
  private final int number;
  private final ExecutorService hands;
  private final Thread thread;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private volatile @Nullable ShareConsumer<String, byte[]> consumer;
  private volatile @Nullable Future<?> job;

  JobWorker(Topic<E> topic, JobHandler<E> handler, KafkaClients clients, EventJson json, DeadLetters deadLetters,
      Duration lock, Handling handling, MeterRegistry metrics, int number) {
    this.topic = topic;
    this.handler = handler;
    this.clients = clients;
    this.json = json;
    this.deadLetters = deadLetters;
    this.lock = lock;
    this.handling = handling;
    this.metrics = metrics;
    this.number = number;
    var name = topic.name() + "-worker-" + number;
    hands = Executors.newSingleThreadExecutor(Thread.ofPlatform().name(name).factory());
    thread = Thread.ofPlatform().name(name + "-lock").unstarted(this::run);
  }

  @Override
  public void start() {
    thread.start();
  }

  @Override
  public void stop() {
    stopping.countDown();
    var taking = consumer;
    if (taking != null) {
      taking.wakeup();
    }
    var working = job;
    if (working != null) {
      working.cancel(true);
    }
    try {
      thread.join(Duration.ofSeconds(5));
      hands.shutdownNow();
      if (!hands.awaitTermination(5, TimeUnit.SECONDS)) {
        log.warn("a job of {} goes on although it was interrupted", topic.name());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean running() {
    return stopping.getCount() > 0;
  }

  private void run() {
    while (running()) {
      try (var taking = clients.worker(topic.name(), number)) {
        consumer = taking;
        while (running()) {
          for (var record : taking.poll(POLL)) {
            work(taking, record);
          }
        }
      } catch (WakeupException e) {
        continue; // the loop's condition tells whether it is the end
      } catch (RuntimeException e) { // whatever it is, this thread is all that takes jobs
        log.warn("could not take jobs from {}, trying again: {}", topic.name(), Causes.root(e));
        pause(PAUSE);
      } catch (InterruptedException e) {
        return;
      } finally {
        consumer = null;
      }
    }
  }

  private void work(ShareConsumer<String, byte[]> taking, ConsumerRecord<String, byte[]> record)
      throws InterruptedException {
    E event;
    try {
      event = json.read(topic, record.value());
    } catch (MalformedEvent e) {
      settle(taking, record, givenUp(record, e));
      return;
    }
    var working = hands
        .submit(() -> handling.of(event, () -> handle(event, record.deliveryCount().orElse((short) 1) > 1)));
    job = working;
    if (!running()) {
      working.cancel(true);
    }
    ConsumerRecord<String, byte[]> held = record;
    AcknowledgeType outcome = null;
    while (outcome == null) {
      try {
        working.get(lock.dividedBy(3).toMillis(), TimeUnit.MILLISECONDS);
        outcome = AcknowledgeType.ACCEPT;
      } catch (TimeoutException e) {
        held = held == null ? null : renewed(taking, held);
      } catch (CancellationException e) {
        outcome = AcknowledgeType.RELEASE;
      } catch (ExecutionException e) {
        outcome = failed(record, e.getCause());
      }
    }
    job = null;
    if (held != null) {
      settle(taking, held, outcome);
    }
    if (outcome == AcknowledgeType.RELEASE) {
      pause(PAUSE); // so that another process takes it
    }
  }

  /** Waits for a database that is away: each release would be one of the few deliveries that a job has. */
  private void handle(E event, boolean wasGivenOut) {
    for (var again = wasGivenOut;; again = true) {
      try {
        handler.handle(event, again);
        return;
      } catch (RuntimeException e) {
        if (!Causes.databaseAway(e) || !running()) {
          throw e;
        }
        log.warn("job {} of {} waits for the database: {}", event.id(), topic.name(), Causes.root(e));
        pause(PAUSE);
      }
    }
  }

  private AcknowledgeType failed(ConsumerRecord<String, byte[]> record, @Nullable Throwable failure) {
    if (failure instanceof RetryLater || !running()) {
      log.info("gave job {}@{} back: {}", topic.name(), record.offset(), Causes.root(failure));
      return AcknowledgeType.RELEASE;
    }
    return givenUp(record, failure instanceof Exception e ? e : new IllegalStateException("the job failed", failure));
  }

  private AcknowledgeType givenUp(ConsumerRecord<String, byte[]> record, Exception failure) {
    try {
      deadLetters.take(record, failure);
      return AcknowledgeType.REJECT;
    } catch (RuntimeException e) { // Kafka's exception, or Spring's of the same name
      log.warn("could not put a job on the dead letters of {}: {}", topic.name(), Causes.root(e));
      return AcknowledgeType.RELEASE;
    }
  }

  /**
   * Makes the lock last another full time. Kafka gives a renewed record out once more (KIP-1222), and only that one may
   * be acknowledged.
   *
   * @return the record to go on with; null where the lock was lost, which lets another worker do the job too
   */
  private @Nullable ConsumerRecord<String, byte[]> renewed(ShareConsumer<String, byte[]> taking,
      ConsumerRecord<String, byte[]> held) {
    try {
      taking.acknowledge(held, AcknowledgeType.RENEW);
      taking.commitSync(TO_SETTLE);
      ConsumerRecord<String, byte[]> again = null;
      for (var record : taking.poll(Duration.ofSeconds(1))) {
        if (record.partition() == held.partition() && record.offset() == held.offset()) {
          again = record;
        } else {
          taking.acknowledge(record, AcknowledgeType.RELEASE);
        }
      }
      if (again != null) {
        return again;
      }
      log.warn("lost the lock of job {}-{}@{}", topic.name(), held.partition(), held.offset());
      return null;
    } catch (WakeupException e) {
      return held; // stopping: the job's cancellation comes next
    } catch (KafkaException | IllegalStateException e) {
      log.warn("could not renew the lock of job {}-{}@{}: {}", topic.name(), held.partition(), held.offset(),
          Causes.root(e));
      return null;
    }
  }

  private void settle(ShareConsumer<String, byte[]> taking, ConsumerRecord<String, byte[]> held,
      AcknowledgeType outcome) {
    metrics.counter("cts.jobs", "topic", topic.name(), "outcome", outcome.toString()).increment();
    taking.acknowledge(held, outcome);
    if (running()) { // else closing the consumer sends it
      taking.commitSync(TO_SETTLE)
          .forEach((_, failure) -> failure.ifPresent(
              why -> log.warn("could not settle job {}-{}@{} as {}: {}", topic.name(), held.partition(), held.offset(),
                  outcome, Causes.root(why))));
    }
  }

  private void pause(Duration time) {
    try {
      stopping.await(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
