package io.cts.messaging.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Starts the servers once in a run of tests and gives each class a clean share of them. */
final class KafkaAndPostgres implements BeforeAllCallback, AfterAllCallback, ParameterResolver {
  private static final Namespace STORE = Namespace.create(KafkaAndPostgres.class);
  /** How long {@code await()} waits: what goes through Kafka takes long on a machine that is busy with other builds. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    Awaitility.setDefaultTimeout(PATIENCE);
    var servers = servers(context);
    servers.broker().clear();
    var database = "test_" + UUID.randomUUID().toString().replace("-", "");
    servers.database().create(database);
    var blobs = Files.createDirectories(servers.folder().resolve("blobs-" + database));
    var before = new HashMap<String, String>();
    Map.of("CTS_KAFKA", servers.broker().bootstrap(), "CTS_DB_URL", servers.database().jdbcUrl(database),
        "CTS_DB_USER", servers.database().user(), "CTS_DB_PASSWORD", servers.database().password(), "CTS_BLOBS",
        blobs.toString()).forEach((name, value) -> before.put(name, System.setProperty(name, value)));
    context.getStore(STORE).put("before", before);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    if (context.getStore(STORE).get("before") instanceof Map<?, ?> before) {
      before.forEach((name, value) -> {
        if (value == null) {
          System.clearProperty(name.toString());
        } else {
          System.setProperty(name.toString(), value.toString());
        }
      });
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    var type = parameter.getParameter().getType();
    return type == Broker.class || type == TopicReader.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    var broker = servers(context).broker();
    return parameter.getParameter().getType() == Broker.class ? broker : new TopicReader(broker.bootstrap());
  }

  private static TestServers servers(ExtensionContext context) {
    return context.getRoot().getStore(STORE).computeIfAbsent(TestServers.class, _ -> started(), TestServers.class);
  }

  private static TestServers started() {
    try {
      return TestServers.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
