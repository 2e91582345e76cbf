package io.cts.cache.learning;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;

/**
 * Whether the database is there, with this service's tables in it. It may come after the service and may go at any time:
 * migration is tried again in the background until it succeeds. A database that is there and refuses stops the service.
 */
public final class DatabaseGate implements FlywayMigrationStrategy, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DatabaseGate.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  /** PostgreSQL, appendix "Error Codes": no connection, no resources, shut down or starting, not taking connections. */
  private static final List<String> AWAY = List.of("08", "53", "57P", "55000");

  private final Clock clock;
  private final CompletableFuture<Void> open = new CompletableFuture<>();
  private volatile @Nullable Trouble trouble;
  private @Nullable Thread waiting;

  public DatabaseGate(Clock clock) {
    this.clock = clock;
  }

  /** @param since when it was first noticed */
  public record Trouble(Instant since, String why) {}

  @Override
  public synchronized void migrate(Flyway flyway) {
    if (!migrated(flyway)) {
      LOG.warn("the database is away, serving what is known without it: {}", why());
      waiting = Thread.ofVirtual().name("waiting-for-database").start(() -> keepTrying(flyway));
    }
  }

  private boolean migrated(Flyway flyway) {
    try {
      flyway.migrate();
      answered();
      open.complete(null);
      return true;
    } catch (RuntimeException e) {
      if (!isAway(e)) {
        throw e;
      }
      failed(e);
      return false;
    }
  }

  private void keepTrying(Flyway flyway) {
    try {
      do {
        Thread.sleep(PAUSE);
      } while (!tried(flyway));
      LOG.info("the database is there");
    } catch (InterruptedException e) {
      return; // the service ends
    }
  }

  private boolean tried(Flyway flyway) {
    try {
      return migrated(flyway);
    } catch (RuntimeException e) {
      LOG.error("the database is there, but its tables cannot be brought up to date", e);
      failed(e);
      return false;
    }
  }

  /** Done once the database was there with its tables; it may have gone since. */
  public CompletableFuture<Void> opened() {
    return open;
  }

  public boolean isOpen() {
    return open.isDone();
  }

  /** Somebody had an answer from the database. */
  public void answered() {
    trouble = null;
  }

  /** Somebody had none. */
  public void failed(Throwable failure) {
    var before = trouble;
    trouble = new Trouble(before == null ? clock.instant() : before.since(), innermost(failure));
  }

  /** What is wrong with the database, as far as was seen lately. */
  public Optional<Trouble> trouble() {
    return Optional.ofNullable(trouble);
  }

  private String why() {
    return trouble().map(Trouble::why).orElse("no answer");
  }

  private static String innermost(Throwable failure) {
    var cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage()).lines().findFirst().orElse(cause.toString());
  }

  /** Told from a wrong password or a broken migration, which time does not mend. */
  public static boolean isAway(Throwable failure) {
    for (var cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof IOException) {
        return true;
      }
      if (cause instanceof SQLException sql && sql.getSQLState() != null
          && AWAY.stream().anyMatch(sql.getSQLState()::startsWith)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public synchronized void close() {
    if (waiting != null) {
      waiting.interrupt();
    }
  }
}
