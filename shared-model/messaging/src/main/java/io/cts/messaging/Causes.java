package io.cts.messaging;

import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.transaction.CannotCreateTransactionException;

/** What lies behind an exception. */
final class Causes {
  /**
   * PostgreSQL's error codes: no connection, a transaction that was given up for another's sake, no resources, shutting down
   * or starting, and read-only: a standby, or the primary of a moment ago.
   */
  private static final List<String> AWAY = List.of("08", "40", "53", "57P0", "25006");

  private Causes() {}

  /** The innermost cause in one line. */
  static String root(@Nullable Throwable failure) {
    if (failure == null) {
      return "no cause given";
    }
    var root = chain(failure).reduce((_, last) -> last).orElse(failure);
    return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
  }

  /** Whether the database was not there: nothing is wrong with what was tried, and it will work later. */
  static boolean databaseAway(Throwable failure) {
    return chain(failure).anyMatch(cause -> switch (cause) {
      case CannotCreateTransactionException _,DataAccessResourceFailureException _ -> true;
      case SQLTransientConnectionException _,SQLRecoverableException _ -> true;
      case SQLException sql -> sql.getSQLState() != null && AWAY.stream().anyMatch(sql.getSQLState()::startsWith);
      default -> false;
    });
  }

  /** Whether something could not be read or written, which services tell by this exception. */
  static boolean storeAway(Throwable failure) {
    return chain(failure).anyMatch(UncheckedIOException.class::isInstance);
  }

  private static Stream<Throwable> chain(Throwable failure) {
    return Stream.iterate(failure, cause -> cause != null, Throwable::getCause).limit(50);
  }
}
