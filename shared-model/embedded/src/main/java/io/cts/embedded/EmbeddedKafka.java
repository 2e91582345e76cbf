package io.cts.embedded;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;

/** One broker and controller in this JVM. Topics, records and offsets in its folder survive any kind of end. */
public final class EmbeddedKafka implements AutoCloseable {
  private final KafkaRaftServer server;
  private final String bootstrap;

  private EmbeddedKafka(KafkaRaftServer server, String bootstrap) {
    this.server = server;
    this.bootstrap = bootstrap;
  }

  /** Starts a broker on free ports of the loopback. */
  public static EmbeddedKafka start(Path folder) throws IOException {
    return start(folder, Map.of());
  }

  /**
   * Starts a broker on free ports of the loopback.
   *
   * @param more settings of the broker; its listener is called PLAINTEXT
   */
  public static EmbeddedKafka start(Path folder, Map<String, String> more) throws IOException {
    var ports = LoopbackPorts.free(2);
    return start(folder, ports.get(0), ports.get(1), more);
  }

  /** Starts a broker that listens on the loopback. */
  public static EmbeddedKafka start(Path folder, int port, int controllerPort) throws IOException {
    return start(folder, port, controllerPort, Map.of());
  }

  private static EmbeddedKafka start(Path folder, int port, int controllerPort, Map<String, String> more)
      throws IOException {
    var bootstrap = "localhost:" + port;
    try {
      Files.createDirectories(folder);
      var settings = settings(folder, bootstrap, "localhost:" + controllerPort);
      settings.putAll(more);
      format(folder, settings);
      var server = new KafkaRaftServer(new KafkaConfig(settings, false), Time.SYSTEM);
      server.startup();
      return new EmbeddedKafka(server, bootstrap);
    } catch (IOException | UncheckedIOException e) {
      throw new IOException("could not start Kafka on " + bootstrap + " with its data in " + folder + ": "
          + e.getMessage(), e);
    }
  }

  private static Properties settings(Path folder, String broker, String controller) {
    var settings = new Properties();
    settings.putAll(Map.of("process.roles", "broker,controller", "node.id", "1", "controller.quorum.voters",
        "1@" + controller, "listeners", "PLAINTEXT://" + broker + ",CONTROLLER://" + controller, "advertised.listeners",
        "PLAINTEXT://" + broker, "controller.listener.names", "CONTROLLER", "listener.security.protocol.map",
        "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT", "log.dirs", folder.resolve("data").toString()));
    for (var topic : List.of("offsets.topic", "transaction.state.log", "share.coordinator.state.topic")) {
      settings.put(topic + ".replication.factor", "1");
      settings.put(topic + ".num.partitions", "4");
    }
    settings.put("transaction.state.log.min.isr", "1");
    settings.put("share.coordinator.state.topic.min.isr", "1");
    settings.put("auto.create.topics.enable", "false");
    settings.put("group.initial.rebalance.delay.ms", "0");
    settings.put("group.share.min.record.lock.duration.ms", "1000");
    // a share group's first member gets its partitions with its second heartbeat: after 5 s by default
    settings.put("group.share.min.heartbeat.interval.ms", "1000");
    settings.put("group.share.heartbeat.interval.ms", "2000");
    settings.put("log.cleaner.dedupe.buffer.size", "4194304"); // the default takes 128 MiB of heap
    // a restart after a crash waits for the old session to end: 12 s with the defaults, 4 s so
    // threads that wake several times a second whether or not there is work
    settings.put("num.network.threads", "1");
    settings.put("num.io.threads", "4");
    settings.put("group.coordinator.threads", "1");
    settings.put("share.coordinator.threads", "1");
    settings.put("broker.session.timeout.ms", "2000");
    settings.put("broker.heartbeat.interval.ms", "500");
    settings.put("controller.quorum.election.timeout.ms", "200");
    return settings;
  }

  private static void format(Path folder, Properties settings) throws IOException {
    if (Files.exists(folder.resolve("data/meta.properties"))) {
      return;
    }
    var file = folder.resolve("server.properties");
    try (var writer = Files.newBufferedWriter(file)) {
      settings.store(writer, null);
    }
    var said = new ByteArrayOutputStream();
    var status = StorageTool.execute(
        new String[]{"format", "-c", file.toString(), "-t", Uuid.randomUuid().toString(), "--ignore-formatted"},
        new PrintStream(said, true, StandardCharsets.UTF_8));
    if (status != 0) {
      throw new IOException("formatting its folder failed: " + said.toString(StandardCharsets.UTF_8).strip());
    }
  }

  /** Where clients connect: {@code host:port}. */
  public String bootstrap() {
    return bootstrap;
  }

  /** Ends the broker and waits until its data is on disk. */
  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
  }
}
