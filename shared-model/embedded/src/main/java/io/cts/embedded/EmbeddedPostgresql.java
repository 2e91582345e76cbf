package io.cts.embedded;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;

/** A PostgreSQL server that this process starts and ends. */
public final class EmbeddedPostgresql implements AutoCloseable {
  public static final String USER = "postgres";
  /** Servers listen on the loopback and trust who comes from there. */
  public static final String PASSWORD = "postgres";

  private final EmbeddedPostgres server;

  private EmbeddedPostgresql(EmbeddedPostgres server) {
    this.server = server;
  }

  /** Starts a server for tests: what it was told last may be lost in a crash. Its programs are unpacked once for all. */
  public static EmbeddedPostgresql startForgetful(Path folder) throws IOException {
    return start(EmbeddedPostgres.builder(), folder, Map.of("fsync", "off", "synchronous_commit", "off",
        "full_page_writes", "off", "max_connections", "200"));
  }

  /**
   * Starts a server that keeps every commit through any kind of end, with room for 60 connections and little memory.
   * A server that outlived the process that started it has to be ended before.
   */
  public static EmbeddedPostgresql startDurable(Path folder) throws IOException {
    var programs = folder.resolve("binaries").toFile();
    return start(EmbeddedPostgres.builder().setOverrideWorkingDirectory(programs), folder, Map.of("fsync", "on",
        "synchronous_commit", "on", "full_page_writes", "on", "max_connections", "60", "shared_buffers", "32MB"));
  }

  private static EmbeddedPostgresql start(EmbeddedPostgres.Builder builder, Path folder, Map<String, String> settings)
      throws IOException {
    Files.createDirectories(folder);
    builder.setPort(LoopbackPorts.free(1).getFirst())
        .setDataDirectory(folder.resolve("data"))
        .setCleanDataDirectory(false);
    settings.forEach(builder::setServerConfig);
    try {
      return new EmbeddedPostgresql(builder.start());
    } catch (IOException | IllegalStateException e) {
      throw new IOException("could not start PostgreSQL with its data in " + folder + ": " + e.getMessage(), e);
    }
  }

  /** Makes a database unless it is there. */
  public void createDatabase(String name) throws SQLException {
    try (var connection = server.getPostgresDatabase().getConnection(); var statement = connection.createStatement()) {
      try (var found = statement.executeQuery("select 1 from pg_database where datname = '" + name + "'")) {
        if (found.next()) {
          return;
        }
      }
      statement.execute("create database \"" + name + "\"");
    }
  }

  public String jdbcUrl(String database) {
    return server.getJdbcUrl(USER, database);
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
