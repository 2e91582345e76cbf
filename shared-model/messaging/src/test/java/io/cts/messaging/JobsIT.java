package io.cts.messaging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cts.contract.EncodingRequested;
import io.cts.contract.Topics;
import io.cts.messaging.testing.Broker;
import io.cts.messaging.testing.TopicReader;
import io.cts.messaging.testing.WithKafkaAndPostgres;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

@WithKafkaAndPostgres
class JobsIT {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @Test
  void jobs_of_one_key_are_worked_on_at_the_same_time_by_the_workers_of_all_processes(TopicReader topics) {
    var jobs = List.of(Events.job("same"), Events.job("same"), Events.job("same"), Events.job("same"));
    var allBegun = new CountDownLatch(jobs.size());
    var done = new CopyOnWriteArrayList<EncodingRequested>();
    try (var _ = workers("a", 2, (job, _) -> together(job, jobs, allBegun, done));
        var _ = workers("b", 2, (job, _) -> together(job, jobs, allBegun, done))) {
      jobs.forEach(topics::publish);

      await().atMost(PATIENCE).until(() -> done.size() == jobs.size());
      assertThat(done).containsExactlyInAnyOrderElementsOf(jobs);
    }
  }

  @Test
  void a_job_that_takes_longer_than_its_lock_stays_with_its_worker(TopicReader topics) {
    var job = Events.job("slow");
    var begun = new AtomicInteger();
    var done = new AtomicInteger();
    var finish = new CountDownLatch(1);
    try (var _ = workers("a", 2, (taken, _) -> {
      if (taken.id().equals(job.id())) {
        begun.incrementAndGet();
        wait(finish);
        done.incrementAndGet();
      }
    })) {
      topics.publish(job);
      await().atMost(PATIENCE).until(() -> begun.get() == 1);
      await().pollDelay(Duration.ofSeconds(8)).until(() -> true); // two and a half locks
      finish.countDown();
      await().atMost(PATIENCE).until(() -> done.get() > 0);
    }
    try (var _ = workers("b", 1, (taken, _) -> {
      if (taken.id().equals(job.id())) {
        begun.incrementAndGet();
      } else {
        done.incrementAndGet();
      }
    })) {
      topics.publish(Events.job("slow")); // of the same partition, behind it
      await().atMost(PATIENCE).until(() -> done.get() == 2);
      assertThat(begun).as("nobody took it again").hasValue(1);
    }
  }

  @Test
  void the_job_of_a_worker_that_died_is_done_by_another(Broker broker, TopicReader topics) {
    var job = Events.job("orphan");
    var done = new CountDownLatch(1);
    // takes the job, and then neither works nor renews nor goes: as dead as a killed process to the broker
    var dead = new KafkaClients(broker.bootstrap(), "tested", "dead", Map.of()).worker(Topics.ENCODING_REQUESTED.name(),
        1);
    try (dead; var prepared = workers("a", 0, (_, _) -> {})) {
      topics.publish(job);
      await().atMost(PATIENCE).until(() -> !dead.poll(Duration.ofSeconds(1)).isEmpty());
      prepared.close();
      try (var _ = workers("b", 1, (taken, again) -> {
        if (taken.id().equals(job.id()) && again) {
          done.countDown();
        }
      })) {
        wait(done);
      }
    }
  }

  @Test
  void a_job_that_cannot_be_done_here_is_taken_again_and_one_that_fails_goes_to_the_dead_letters(TopicReader topics) {
    var later = Events.job("later");
    var never = Events.job("never");
    var refused = new AtomicBoolean();
    var done = new CopyOnWriteArrayList<EncodingRequested>();
    try (var _ = workers("a", 2, (job, _) -> {
      if (job.id().equals(later.id()) && refused.compareAndSet(false, true)) {
        throw new RetryLater("no room", new IllegalStateException("the disk is full"));
      }
      if (job.id().equals(never.id())) {
        throw new IllegalStateException("not a layer");
      }
      done.add(job);
    })) {
      topics.publish(never);
      topics.publish(later);
      topics.publish(Topics.ENCODING_REQUESTED.name(), "key", "not JSON".getBytes(UTF_8));
      topics.publish(Topics.ENCODING_REQUESTED.name(), "key", null);
      topics.publish(Topics.ENCODING_REQUESTED.name(), "key", null);
      topics.publish(Topics.ENCODING_REQUESTED.name(), "key", null); // more than there are workers

      await().atMost(PATIENCE).until(() -> done.contains(later));
      assertThat(topics.deadLetters(Topics.ENCODING_REQUESTED, 5)).extracting(TopicReader::cause)
          .anyMatch(cause -> cause.equals("not a layer"))
          .anyMatch(cause -> cause.contains("Unrecognized token"));
      assertThat(done).doesNotContain(never);
    }
  }

  @Test
  void a_process_that_stops_gives_its_job_back_at_once(TopicReader topics) {
    var job = Events.job("handed over");
    var begun = new CountDownLatch(1);
    var interrupted = new CountDownLatch(1);
    var done = new CountDownLatch(1);
    var first = workers("a", 1, (taken, _) -> {
      if (taken.id().equals(job.id())) {
        begun.countDown();
        try {
          new CountDownLatch(1).await();
        } catch (InterruptedException e) {
          interrupted.countDown();
          throw new IllegalStateException("interrupted", e);
        }
      }
    });
    try (first) {
      topics.publish(job);
      wait(begun);
    }
    wait(interrupted);
    try (var _ = workers("b", 1, (taken, _) -> {
      if (taken.id().equals(job.id())) {
        done.countDown();
      }
    })) {
      wait(done);
    }
  }

  private static TestService workers(String process, int parallel,
      JobHandler<EncodingRequested> handler) {
    return TestService.start(process,
        (subscriptions, _) -> subscriptions.jobs(Topics.ENCODING_REQUESTED, parallel, handler));
  }

  private static void together(EncodingRequested job, List<EncodingRequested> jobs, CountDownLatch allBegun,
      List<EncodingRequested> done) {
    if (jobs.contains(job)) {
      allBegun.countDown();
      wait(allBegun);
      done.add(job);
    }
  }

  private static void wait(CountDownLatch latch) {
    try {
      if (!latch.await(60, TimeUnit.SECONDS)) {
        throw new AssertionError("waited a minute in vain");
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
