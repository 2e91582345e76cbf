package io.cts.messaging.testing;

import io.cts.embedded.EmbeddedPostgresql;
import io.cts.embedded.LoopbackPorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import org.springframework.util.FileSystemUtils;

/** The servers of a run of tests, of the kind that {@code cts.test.containers} says. */
record TestServers(Path folder, Broker broker, Database database) implements AutoCloseable {

  /** A PostgreSQL server. */
  interface Database {
    void create(String name) throws SQLException;

    String jdbcUrl(String name);

    String user();

    String password();

    void close() throws IOException;
  }

  static TestServers start() throws IOException {
    var folder = Files.createTempDirectory("cts-servers");
    var ports = LoopbackPorts.free(2);
    if (Boolean.getBoolean("cts.test.containers")) {
      var broker = new Broker("localhost:" + ports.getFirst(), new ContainerKafka(ports.getFirst()));
      return new TestServers(folder, broker, ContainerPostgresql.start());
    }
    var kafka = new Broker.InThisJvm(folder.resolve("kafka"), ports.get(0), ports.get(1));
    return new TestServers(folder, new Broker("localhost:" + ports.getFirst(), kafka),
        new InThisJvm(EmbeddedPostgresql.startForgetful(folder.resolve("postgresql"))));
  }

  @Override
  public void close() throws IOException {
    broker.end();
    database.close();
    FileSystemUtils.deleteRecursively(folder);
  }

  private record InThisJvm(EmbeddedPostgresql server) implements Database {
    @Override
    public void create(String name) throws SQLException {
      server.createDatabase(name);
    }

    @Override
    public String jdbcUrl(String name) {
      return server.jdbcUrl(name);
    }

    @Override
    public String user() {
      return EmbeddedPostgresql.USER;
    }

    @Override
    public String password() {
      return EmbeddedPostgresql.PASSWORD;
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }
}
