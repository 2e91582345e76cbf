package io.cts.messaging;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Publishes what lies in the outbox, in the order of its ids, by one thread of one process of the service at a time.
 * What was published just before a crash is published again: the reader's inbox passes over it.
 */
final class OutboxRelay {
  private static final Logger log = LoggerFactory.getLogger(OutboxRelay.class);
  private static final int BATCH = 500;
  /** Of a batch's payloads, unless the first alone has more. */
  private static final long BATCH_BYTES = 8L << 20;
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
  private static final Duration BETWEEN_EXPIRIES = Duration.ofHours(1);

  private final JdbcClient database;
  private final TransactionTemplate transactions;
  private final EventProducer producer;
  private final MessagingSettings settings;
  private final MeterRegistry metrics;
  private final Semaphore work = new Semaphore(1);
  private Instant nextExpiry = Instant.now();
  private volatile @Nullable Thread thread;

  private record Row(long id, String topic, String key, String payload) {}

  OutboxRelay(JdbcClient database, TransactionTemplate transactions, EventProducer producer,
      MessagingSettings settings, MeterRegistry metrics) {
    this.database = database;
    this.transactions = transactions;
    this.producer = producer;
    this.settings = settings;
    this.metrics = metrics;
  }

  /** Says that there is something in the outbox. */
  void wake() {
    if (work.availablePermits() == 0) {
      work.release();
    }
  }

  void start() {
    var starting = Thread.ofPlatform().name("outbox-relay").unstarted(this::run);
    thread = starting; // before it runs: it ends when it finds that it is not the one
    starting.start();
  }

  void stop() throws InterruptedException {
    var running = thread;
    thread = null;
    if (running != null) {
      running.interrupt();
      running.join(Duration.ofSeconds(5));
    }
  }

  private void run() {
    var pause = Duration.ofMillis(100);
    while (thread == Thread.currentThread()) {
      try {
        if (relayed() == 0) {
          expire();
          work.tryAcquire(settings.relayPoll().toMillis(), TimeUnit.MILLISECONDS);
          work.drainPermits();
        }
        pause = Duration.ofMillis(100);
      } catch (InterruptedException e) {
        return;
      } catch (ExecutionException | RuntimeException e) {
        if (thread != Thread.currentThread()) {
          return;
        }
        log.warn("could not publish from the outbox, trying again in {} ms: {}", pause.toMillis(), Causes.root(e));
        if (!slept(pause)) {
          return;
        }
        pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
      }
    }
  }

  private static boolean slept(Duration pause) {
    try {
      Thread.sleep(pause);
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  /** Publishes the oldest unsent events; how many that were. */
  int relayed() throws InterruptedException, ExecutionException {
    var waiting = database.sql("select exists (select 1 from outbox where sent_at is null)")
        .query(Boolean.class)
        .single();
    if (!waiting) {
      return 0;
    }
    try {
      var sent = transactions.execute(_ -> {
        try {
          return publishOldest();
        } catch (InterruptedException | ExecutionException e) {
          throw new Unfinished(e);
        }
      });
      return sent == null ? 0 : sent;
    } catch (Unfinished e) {
      switch (e.getCause()) {
        case InterruptedException interrupted -> throw interrupted;
        case ExecutionException failed -> throw failed;
        case null, default -> throw e;
      }
    }
  }

  private int publishOldest() throws InterruptedException, ExecutionException {
    // whoever waits here sees, once it is his turn, what the one before him sent
    database.sql("set local lock_timeout = '2s'").update();
    database.sql("select pg_advisory_xact_lock('outbox'::regclass::oid::bigint)").query(rs -> {});
    var rows = database.sql("""
        select id, topic, key, payload from (
          select *, sum(octet_length(payload)) over (order by id) as bytes, row_number() over (order by id) as place
          from (select id, topic, key, payload from outbox where sent_at is null order by id limit ?) oldest) counted
        where bytes <= ? or place = 1 order by id""")
        .param(BATCH)
        .param(BATCH_BYTES)
        .query(Row.class)
        .list();
    var sending = new ArrayList<Future<?>>(rows.size());
    for (var row : rows) {
      sending.add(producer.send(new ProducerRecord<>(row.topic(), row.key(), row.payload()), (_, _) -> {}));
    }
    for (var i = 0; i < rows.size(); i++) {
      try {
        sending.get(i).get();
        metrics.counter("cts.events.published", "topic", rows.get(i).topic()).increment();
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof RecordTooLargeException)) {
          throw e;
        }
        refused(rows.get(i), e.getCause());
      }
    }
    database.sql("update outbox set sent_at = now() where id = any(?)")
        .param(rows.stream().map(Row::id).toArray(Long[]::new))
        .update();
    return rows.size();
  }

  /** No broker takes it, however often it is tried, and what comes after it is not to wait for ever. */
  private void refused(Row row, Throwable why) {
    metrics.counter("cts.events.dead", "topic", row.topic()).increment();
    log.error("event of {} with key {} will not be published, it is too large ({} characters): {}", row.topic(),
        row.key(),
        row.payload().length(), why.getMessage());
  }

  private void expire() {
    if (Instant.now().isBefore(nextExpiry)) {
      return;
    }
    var seconds = settings.retention().plusDays(1).toMillis() / 1000.0;
    for (var sql : List.of(
        "delete from outbox where put_at < now() - make_interval(secs => ?) and sent_at is not null",
        "delete from inbox where handled_at < now() - make_interval(secs => ?)")) {
      database.sql(sql).param(seconds).update();
    }
    nextExpiry = Instant.now().plus(BETWEEN_EXPIRIES);
  }

  /** Carries a checked exception out of a transaction, which it rolls back. */
  private static final class Unfinished extends RuntimeException {
    private static final long serialVersionUID = 1;

    Unfinished(Exception cause) {
      super(cause);
    }
  }
}
