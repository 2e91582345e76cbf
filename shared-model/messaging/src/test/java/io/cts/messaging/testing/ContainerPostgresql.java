package io.cts.messaging.testing;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Optional;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/** PostgreSQL in a container of the image that {@code CTS_POSTGRES_IMAGE} names. */
final class ContainerPostgresql implements TestServers.Database {
  private final PostgreSQLContainer server;

  private ContainerPostgresql(PostgreSQLContainer server) {
    this.server = server;
  }

  static ContainerPostgresql start() {
    var image = DockerImageName.parse(Optional.ofNullable(System.getenv("CTS_POSTGRES_IMAGE")).orElse("postgres:18"))
        .asCompatibleSubstituteFor("postgres");
    var server = new PostgreSQLContainer(image);
    server.setCommand("postgres", "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "max_connections=200");
    server.withCreateContainerCmdModifier(command -> command.withUser("postgres"));
    // by the network: by its socket the server answers already while it is being set up
    server.waitingFor(Wait.forSuccessfulCommand("pg_isready --quiet --host=127.0.0.1"));
    server.start();
    return new ContainerPostgresql(server);
  }

  @Override
  public void create(String name) throws SQLException {
    try (var connection = DriverManager.getConnection(server.getJdbcUrl(), user(), password());
        var statement = connection.createStatement()) {
      statement.execute("create database \"" + name + "\"");
    }
  }

  @Override
  public String jdbcUrl(String name) {
    return "jdbc:postgresql://" + server.getHost() + ":" + server.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT)
        + "/" + name;
  }

  @Override
  public String user() {
    return server.getUsername();
  }

  @Override
  public String password() {
    return server.getPassword();
  }

  @Override
  public void close() {
    server.stop();
  }
}
