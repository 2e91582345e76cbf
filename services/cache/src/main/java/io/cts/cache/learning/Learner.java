package io.cts.cache.learning;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.cts.contract.Digest;
import io.cts.messaging.Prerequisite;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Keeps what is held in memory in step with what any process of the service has written to the database. One thread asks
 * now and then whether there is news, and at once when somebody misses something.
 */
public final class Learner implements SmartLifecycle, Prerequisite {
  private static final Logger LOG = LoggerFactory.getLogger(Learner.class);
  private static final List<String> TABLES = List.of("images", "layers", "variants", "made_manifests", "forms",
      "ready_images", "sightings", "tags", "refusals", "node_answers", "leases", "pulls", "agents", "inventories",
      "served_layers", "deltas");
  private static final Duration PAUSE = Duration.ofSeconds(1);
  /** What nobody has written by now may be asked for again and again. */
  private static final Duration ABSENT_FOR = Duration.ofSeconds(5);
  private static final int MOST_ABSENT = 10_000;

  private final JdbcClient database;
  private final DatabaseGate gate;
  private final List<Learned> parts;
  private final Duration every;
  private final Duration patience;
  private final CompletableFuture<Void> inStep = new CompletableFuture<>();
  private final Semaphore wanted = new Semaphore(0);
  private final Cache<Digest, Boolean> absent = Caffeine.newBuilder()
      .maximumSize(MOST_ABSENT)
      .expireAfterWrite(ABSENT_FOR)
      .build();
  private volatile CompletableFuture<Void> next = new CompletableFuture<>();
  private Since since = Since.BEGINNING;
  private volatile @Nullable Thread thread;

  private record News(String oldestRunning, boolean any) {}

  /**
   * @param parts in the order in which they learn
   * @param every how long nobody waits longer for news
   * @param patience of somebody who misses something
   */
  public Learner(JdbcClient database, DatabaseGate gate, List<Learned> parts, Duration every, Duration patience) {
    this.database = database;
    this.gate = gate;
    this.parts = List.copyOf(parts);
    this.every = every;
    this.patience = patience;
  }

  /** Reads everything, if the database is there; false where it is not. */
  public boolean begin() {
    if (!gate.isOpen()) {
      return false;
    }
    try {
      learn();
      return true;
    } catch (DataAccessException e) {
      if (!DatabaseGate.isAway(e)) {
        throw e;
      }
      gate.failed(e);
      return false;
    }
  }

  /** Events are handled once all that was written before is known. */
  @Override
  public CompletionStage<Void> met() {
    return inStep;
  }

  public boolean isInStep() {
    return inStep.isDone() && gate.trouble().isEmpty();
  }

  /**
   * Looks into the database for something that is not in memory, unless that was done a moment ago; whoever calls looks
   * into memory again. Takes no longer than the patience it was made with, and nothing while the database is away.
   *
   * @return whether it is worth looking into memory again
   */
  public boolean lookAgain(Digest missed) {
    if (absent.getIfPresent(missed) != null || !catchUp()) {
      return false;
    }
    absent.put(missed, true);
    return true;
  }

  /** Learns what was written until now; false where the database is away or slow. */
  public boolean catchUp() {
    if (!isInStep()) {
      return false;
    }
    var refreshed = next;
    wanted.release();
    try {
      refreshed.get(patience.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException | TimeoutException e) {
      return false;
    }
  }

  private synchronized void learn() {
    if (since.isBeginning()) {
      renumber();
    }
    var news = news();
    if (news.any() || since.isBeginning()) {
      for (var part : parts) {
        part.learn(since);
      }
    }
    since = new Since(news.oldestRunning());
    gate.answered();
    inStep.complete(null);
  }

  /** One statement, so that what it does not see is of a transaction that has not ended for it. */
  private News news() {
    var any = TABLES.stream()
        .map(table -> "exists (select 1 from " + table + " where changed >= cast(:since as xid8))")
        .collect(Collectors.joining(" or "));
    return database.sql("select pg_snapshot_xmin(pg_current_snapshot())::text as oldest_running, " + any + " as any")
        .param("since", since.transaction())
        .query(News.class)
        .single();
  }

  /** A database that was restored on another server counts its transactions anew: its rows would be news for ever. */
  private void renumber() {
    for (var table : TABLES) {
      database.sql("update " + table + " set changed = pg_current_xact_id() where changed > pg_current_xact_id()")
          .update();
    }
  }

  private void run() {
    try {
      gate.opened().get();
      while (thread == Thread.currentThread()) {
        if (inStep.isDone()) {
          wanted.tryAcquire(every.toMillis(), TimeUnit.MILLISECONDS);
          wanted.drainPermits();
        }
        refresh();
      }
    } catch (InterruptedException e) {
      return; // stopped
    } catch (ExecutionException e) {
      throw new IllegalStateException("a gate only opens", e);
    }
  }

  private void refresh() throws InterruptedException {
    var mine = next;
    next = new CompletableFuture<>();
    try {
      learn();
      mine.complete(null);
    } catch (RuntimeException e) {
      mine.completeExceptionally(e);
      if (gate.trouble().isEmpty()) {
        LOG.warn("could not read what is new in the database, going on with what is known: {}", e.getMessage());
      }
      gate.failed(e);
      Thread.sleep(PAUSE);
    }
  }

  @Override
  public synchronized void start() {
    var starting = Thread.ofVirtual().name("learner").unstarted(this::run);
    thread = starting;
    starting.start();
  }

  @Override
  public void stop() {
    var running = thread;
    thread = null;
    if (running != null) {
      running.interrupt();
    }
  }

  @Override
  public boolean isRunning() {
    return thread != null;
  }

  @Override
  public int getPhase() {
    return 0; // ends after web servers and consumers, which may wait for it
  }
}
