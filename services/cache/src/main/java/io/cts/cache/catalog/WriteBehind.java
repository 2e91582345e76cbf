package io.cts.cache.catalog;

import io.cts.cache.learning.DatabaseGate;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.InterruptedIOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;

/**
 * Database writes that serving never waits for. One thread does them in order; while the database is away they wait, up
 * to a bound, after which the oldest news is worth less than the newest request: further writes are dropped and counted.
 * All of them can be made again from what comes later.
 */
public final class WriteBehind implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WriteBehind.class);
  private static final int MOST_WAITING = 20_000;
  private static final long PAUSE_MILLIS = 1000;
  private static final long PATIENCE_MILLIS = 500;

  private final BlockingQueue<Runnable> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
  private final DatabaseGate gate;
  private final Counter dropped;
  private final Thread thread;
  private volatile boolean closing;

  public WriteBehind(DatabaseGate gate, MeterRegistry meters) {
    this.gate = gate;
    dropped = meters.counter("cts.cache.writes.dropped");
    thread = Thread.ofVirtual().name("write-behind").start(this::run);
  }

  /** Does {@code write} soon; it may be done twice. */
  public void later(Runnable write) {
    if (!waiting.offer(write)) {
      dropped.increment();
    }
  }

  /**
   * Does {@code write} soon and waits for it, though not for long: where another process may be asked for what it writes as
   * soon as the caller has answered.
   */
  public void soon(Runnable write) throws InterruptedIOException {
    var done = new CountDownLatch(1);
    later(() -> {
      write.run();
      done.countDown();
    });
    try {
      if (gate.trouble().isEmpty() && !done.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
        LOG.debug("the database is slow: answering before it has written");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while writing to the database");
    }
  }

  private void run() {
    try {
      while (!closing || !waiting.isEmpty()) {
        var write = waiting.poll(1, TimeUnit.SECONDS);
        if (write != null) {
          untilDone(write);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void untilDone(Runnable write) throws InterruptedException {
    while (true) {
      if (!gate.isOpen() && !closing) {
        Thread.sleep(PAUSE_MILLIS);
        continue;
      }
      try {
        write.run();
        return;
      } catch (DataAccessException e) {
        if (closing || !mayPass(e)) {
          dropped.increment();
          LOG.warn("could not write to the database, doing without: {}", e.getMessage());
          return;
        }
        LOG.warn("could not write to the database, trying again: {}", e.getMessage());
        Thread.sleep(PAUSE_MILLIS);
      }
    }
  }

  /** Whether it is for want of a database, or of luck, and not for what was to be written. */
  private static boolean mayPass(DataAccessException failure) {
    return failure instanceof DataAccessResourceFailureException || failure instanceof TransientDataAccessException
        || failure instanceof RecoverableDataAccessException;
  }

  /** Writes what waits, if the database takes it. */
  @Override
  public void close() throws InterruptedException {
    closing = true;
    thread.join(TimeUnit.SECONDS.toMillis(5));
    thread.interrupt();
  }
}
