package io.cts.messaging.testing;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/** Kafka in a container of the image that {@code CTS_KAFKA_IMAGE} names; stopped and started it is the same container. */
final class ContainerKafka implements Broker.Server {
  private static final int PORT_INSIDE = 9092;
  private static final int SECONDS_TO_STOP = 30;

  private final KafkaContainer server;

  /** @param port of this machine, the same each time that it starts */
  ContainerKafka(int port) {
    var image = DockerImageName
        .parse(Optional.ofNullable(System.getenv("CTS_KAFKA_IMAGE")).orElse("apache/kafka:4.2.2"))
        .asCompatibleSubstituteFor("apache/kafka");
    server = new KafkaContainer(image).withEnv(Map.of(
        "KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false",
        "KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR", "1",
        "KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR", "1",
        "KAFKA_SHARE_COORDINATOR_STATE_TOPIC_NUM_PARTITIONS", "4",
        "KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS", "4",
        "KAFKA_GROUP_SHARE_MIN_RECORD_LOCK_DURATION_MS", "1000",
        "KAFKA_GROUP_SHARE_MIN_HEARTBEAT_INTERVAL_MS", "1000",
        "KAFKA_GROUP_SHARE_HEARTBEAT_INTERVAL_MS", "2000",
        "KAFKA_LOG_CLEANER_DEDUPE_BUFFER_SIZE", "4194304",
        "KAFKA_HEAP_OPTS", "-Xms256m -Xmx512m"));
    server.setPortBindings(List.of(port + ":" + PORT_INSIDE));
  }

  @Override
  public void start() throws IOException {
    if (server.getContainerId() == null) {
      server.start();
      return;
    }
    server.getDockerClient().startContainerCmd(server.getContainerId()).exec();
  }

  @Override
  public void stop() {
    server.getDockerClient().stopContainerCmd(server.getContainerId()).withTimeout(SECONDS_TO_STOP).exec();
  }

  @Override
  public void end() {
    server.stop();
  }
}
