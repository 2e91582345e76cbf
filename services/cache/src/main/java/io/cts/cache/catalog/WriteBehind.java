package io.cts.cache.catalog;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * Database writes that serving never waits for. One thread does them in order; while the database is away they wait, up
 * to a bound, after which the oldest news is worth less than the newest request: further writes are dropped and counted.
 * All of them can be made again from what comes later.
 */
public final class WriteBehind implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WriteBehind.class);
  private static final int MOST_WAITING = 20_000;
  private static final long PAUSE_MILLIS = 1000;

  private final BlockingQueue<Runnable> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
  private final Counter dropped;
  private final Thread thread;
  private volatile boolean closing;

  public WriteBehind(MeterRegistry meters) {
    dropped = meters.counter("cts.cache.writes.dropped");
    thread = Thread.ofVirtual().name("write-behind").start(this::run);
  }

  /** Does {@code write} soon; it may be done twice. */
  public void later(Runnable write) {
    if (!waiting.offer(write)) {
      dropped.increment();
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
      try {
        write.run();
        return;
      } catch (DataAccessException e) {
        if (closing) {
          dropped.increment();
          return;
        }
        LOG.warn("could not write to the database, trying again: {}", e.getMessage());
        Thread.sleep(PAUSE_MILLIS);
      }
    }
  }

  /** Writes what waits, if the database takes it. */
  @Override
  public void close() throws InterruptedException {
    closing = true;
    thread.join(TimeUnit.SECONDS.toMillis(5));
    thread.interrupt();
  }
}
