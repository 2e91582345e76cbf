package io.cts.client.topics;

import io.cts.client.CommandFailed;
import io.cts.client.Cts;
import io.cts.client.RunFile;
import io.cts.client.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Mixed into commands that read topics: where their brokers are. */
final class Brokers {
  private static final int PATIENCE_MILLIS = 10_000;

  @Option(names = "--bootstrap", paramLabel = "HOST:PORT", description = "Kafka's brokers (default: those that \"cts up\" runs, else localhost:9092; environment: CTS_KAFKA).")
  private @Nullable String bootstrap;

  @Option(names = "--command-config", paramLabel = "FILE", description = "Further settings of Kafka's clients, such as how to sign in; the format is that of Kafka's own tools (environment: CTS_KAFKA_CONFIG).")
  private @Nullable Path config;

  String address() throws CommandFailed {
    return Server.first(bootstrap, System.getenv("CTS_KAFKA"), RunFile.read().kafka(), "localhost:9092");
  }

  KafkaConsumer<String, byte[]> consumer() throws CommandFailed {
    try {
      return consumer(address(), connection());
    } catch (KafkaException e) {
      throw unreachable(e);
    }
  }

  private Map<String, Object> connection() throws CommandFailed {
    var named = System.getenv("CTS_KAFKA_CONFIG");
    var file = config != null ? config : named == null || named.isBlank() ? null : Path.of(named);
    var settings = new Properties();
    if (file != null) {
      try (var in = Files.newBufferedReader(file)) {
        settings.load(in);
      } catch (IOException | IllegalArgumentException e) {
        throw new CommandFailed(Cts.MISUSED,
            "tried to read how to connect to Kafka from " + file + " but could not (" + e
                + "); --command-config names a file of client settings, NAME=VALUE each",
            e);
      }
    }
    return settings.stringPropertyNames().stream().collect(Collectors.toMap(name -> name, settings::getProperty));
  }

  /** In no group: it commits nothing and disturbs nobody. */
  static KafkaConsumer<String, byte[]> consumer(String bootstrap, Map<String, Object> connection) {
    quieten();
    var settings = new HashMap<>(connection);
    settings.putAll(
        Map.of("bootstrap.servers", bootstrap, "enable.auto.commit", false, "allow.auto.create.topics", false,
            "default.api.timeout.ms", PATIENCE_MILLIS, "request.timeout.ms", PATIENCE_MILLIS / 2));
    return new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
  }

  CommandFailed unreachable(Throwable cause) throws CommandFailed {
    var root = cause;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return new CommandFailed(Cts.UNREACHABLE, "cannot reach Kafka at " + address() + " (" + root.getMessage()
        + "): is it running? start CTS with \"cts up\", or say where it is with --bootstrap or CTS_KAFKA", cause);
  }

  /** Kafka's client logs every attempt: what went wrong is told in one line instead. */
  private static void quieten() {
    System.setProperty("slf4j.internal.verbosity", "ERROR");
    System.setProperty("slf4j.provider", "org.slf4j.helpers.NOP_FallbackServiceProvider");
  }
}
