package io.cts.messaging.testing;

import io.cts.embedded.EmbeddedKafka;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.common.GroupType;
import org.jspecify.annotations.Nullable;

/** The tests' Kafka, which may go away and come back with all its data. A test that stops it starts it again. */
public final class Broker {
  private final String bootstrap;
  private final Server server;
  private boolean running;

  /** A Kafka that keeps its data and its address while it is stopped. */
  interface Server {
    void start() throws IOException;

    void stop();

    /** Leaves nothing. */
    void end();
  }

  Broker(String bootstrap, Server server) throws IOException {
    this.bootstrap = bootstrap;
    this.server = server;
    start();
  }

  public String bootstrap() {
    return bootstrap;
  }

  public void start() throws IOException {
    if (!running) {
      server.start();
      running = true;
    }
  }

  public void stop() {
    if (running) {
      server.stop();
      running = false;
    }
  }

  void end() {
    server.end();
  }

  /** Removes what earlier tests left: topics with their events, and groups with their members and positions. */
  void clear() throws IOException, InterruptedException, ExecutionException {
    start();
    try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrap()))) {
      for (var group : admin.listGroups().all().get()) {
        clear(admin, group);
      }
      admin.deleteTopics(admin.listTopics().names().get()).all().get();
    }
  }

  private static void clear(Admin admin, GroupListing group) throws InterruptedException, ExecutionException {
    if (group.type().filter(type -> type == GroupType.SHARE).isPresent()) {
      admin.deleteShareGroups(List.of(group.groupId())).all().get();
    } else {
      var described = admin.describeConsumerGroups(List.of(group.groupId())).describedGroups();
      if (!described.values().iterator().next().get().members().isEmpty()) { // static ones stay when they end, until their session is over
        admin.removeMembersFromConsumerGroup(group.groupId(), new RemoveMembersFromConsumerGroupOptions()).all().get();
      }
      admin.deleteConsumerGroups(List.of(group.groupId())).all().get();
    }
  }

  /** In this JVM. */
  static final class InThisJvm implements Server {
    private final Path folder;
    private final int port;
    private final int controllerPort;
    private @Nullable EmbeddedKafka kafka;

    InThisJvm(Path folder, int port, int controllerPort) {
      this.folder = folder;
      this.port = port;
      this.controllerPort = controllerPort;
    }

    @Override
    public void start() throws IOException {
      kafka = EmbeddedKafka.start(folder, port, controllerPort);
    }

    @Override
    public void stop() {
      if (kafka != null) {
        kafka.close();
        kafka = null;
      }
    }

    @Override
    public void end() {
      stop();
    }
  }
}
