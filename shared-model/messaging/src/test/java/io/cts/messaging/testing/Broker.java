package io.cts.messaging.testing;

import io.cts.embedded.EmbeddedKafka;
import io.cts.embedded.LoopbackPorts;
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
  private final Path folder;
  private final List<Integer> ports;
  private @Nullable EmbeddedKafka kafka;

  private Broker(Path folder, List<Integer> ports) {
    this.folder = folder;
    this.ports = ports;
  }

  static Broker start(Path folder) throws IOException {
    var broker = new Broker(folder, LoopbackPorts.free(2));
    broker.start();
    return broker;
  }

  public String bootstrap() {
    return "localhost:" + ports.getFirst();
  }

  public void start() throws IOException {
    if (kafka == null) {
      kafka = EmbeddedKafka.start(folder, ports.get(0), ports.get(1));
    }
  }

  public void stop() {
    if (kafka != null) {
      kafka.close();
      kafka = null;
    }
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
      // static members stay in their group when they end
      admin.removeMembersFromConsumerGroup(group.groupId(), new RemoveMembersFromConsumerGroupOptions()).all().get();
      admin.deleteConsumerGroups(List.of(group.groupId())).all().get();
    }
  }
}
