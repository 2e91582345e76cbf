package io.cts.messaging.testing;

import java.sql.DriverManager;
import java.sql.SQLException;

/** While it is open, the tests' database ends every connection and takes no new one. */
public final class DatabaseAway implements AutoCloseable {
  private final String server;
  private final String database;

  private DatabaseAway(String server, String database) {
    this.server = server;
    this.database = database;
  }

  public static DatabaseAway now() throws SQLException {
    var url = System.getProperty("CTS_DB_URL");
    var database = url.replaceFirst(".*/(test_[0-9a-f]+).*", "$1");
    var away = new DatabaseAway(url.replaceFirst("/test_[0-9a-f]+", "/postgres"), database);
    away.administer("alter database " + database + " with allow_connections false");
    away.administer("select pg_terminate_backend(pid) from pg_stat_activity where datname = '" + database + "'");
    return away;
  }

  private void administer(String sql) throws SQLException {
    try (var connection = DriverManager.getConnection(server, System.getProperty("CTS_DB_USER"),
        System.getProperty("CTS_DB_PASSWORD")); var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public void close() throws SQLException {
    administer("alter database " + database + " with allow_connections true");
  }
}
