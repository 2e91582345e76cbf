package io.cts.messaging;

import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.transaction.CannotCreateTransactionException;

/** What lies behind an exception. */
final class Causes {
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
      // PostgreSQL's error codes: class 08 connection exceptions, 57P01 to 57P03 shutting down or starting
      case SQLException sql -> sql.getSQLState() != null
          && (sql.getSQLState().startsWith("08") || sql.getSQLState().startsWith("57P0"));
      default -> false;
    });
  }

  private static Stream<Throwable> chain(Throwable failure) {
    return Stream.iterate(failure, cause -> cause != null, Throwable::getCause).limit(50);
  }
}
