package io.cts.standalone;

import io.cts.cache.CacheService;
import io.cts.compression.CompressionService;
import io.cts.decision.DecisionService;
import io.cts.embedded.EmbeddedKafka;
import io.cts.embedded.EmbeddedPostgresql;
import io.cts.embedded.LoopbackPorts;
import io.cts.feedback.FeedbackService;
import io.cts.imageprobe.ImageProbeService;
import io.cts.probereceiver.ProbeReceiverService;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;

/** The six services, a broker and a database, started together and ended together. */
final class Standalone implements AutoCloseable {
  private static final String DATABASE = "cts";
  /** For services without rows of their own: on their own class path there is no Hibernate, here there is. */
  static final String NO_JPA = "--spring.autoconfigure.exclude=" + HibernateJpaAutoConfiguration.class.getName()
      + "," + DataJpaRepositoriesAutoConfiguration.class.getName();

  private final DataFolder folder;
  private final Path runFile;
  private final Collection<ConfigurableApplicationContext> services = new ConcurrentLinkedQueue<>();
  private @Nullable EmbeddedKafka kafka;
  private @Nullable EmbeddedPostgresql postgresql;

  private Standalone(DataFolder folder) {
    this.folder = folder;
    this.runFile = folder.resolve("run.json");
  }

  /**
   * Before anything is started, or written into the log of a CTS that runs already.
   *
   * @throws IOException in one line for people: a port or the folder is taken, or cannot be written
   */
  static void check(Settings settings) throws IOException {
    DataFolder.hold(settings.data()).close();
    checkFree("--api-port", settings.apiPort());
    checkFree("--registry-port", settings.registryPort());
  }

  /** @throws IOException in one line for people: a port or the folder is taken, or something did not start */
  static Standalone start(Settings settings) throws IOException {
    check(settings);
    var standalone = new Standalone(DataFolder.hold(settings.data()));
    try {
      standalone.begin(settings);
      return standalone;
    } catch (IOException | RuntimeException e) {
      standalone.close();
      throw e instanceof IOException io
          ? io
          : new IOException("CTS did not start: " + innermost(e) + "; see "
              + settings.data().resolve("cts.log"), e);
    }
  }

  private static void checkFree(String option, int port) throws IOException {
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(port));
    } catch (IOException e) {
      throw new IOException("port " + port + " is taken by another process; give another with " + option, e);
    }
  }

  private void begin(Settings settings) throws IOException {
    folder.endOrphanedPostgresql();
    // platform threads: classes are initialised side by side, and a virtual thread that waits for that holds its carrier
    try (var starting = Executors.newThreadPerTaskExecutor(Thread.ofPlatform().name("start-", 0).factory())) {
      Future<EmbeddedKafka> broker = starting.submit(() -> EmbeddedKafka.start(folder.resolve("kafka")));
      Future<EmbeddedPostgresql> database = starting.submit(this::startPostgresql);
      kafka = result(broker);
      postgresql = result(database);
      startServices(settings, kafka, postgresql, starting::submit);
    }
    Files.writeString(runFile, """
        {"api": "http://localhost:%d", "registry": "http://localhost:%d", "kafka": "%s", "database": "%s"}
        """.formatted(settings.apiPort(), settings.registryPort(), kafka.bootstrap(), postgresql.jdbcUrl(DATABASE)));
  }

  private EmbeddedPostgresql startPostgresql() throws IOException, SQLException {
    var server = EmbeddedPostgresql.startDurable(folder.resolve("postgres"));
    server.createDatabase(DATABASE);
    return server;
  }

  private interface Starter {
    Future<?> submit(Callable<ConfigurableApplicationContext> start);
  }

  private void startServices(Settings settings, EmbeddedKafka broker, EmbeddedPostgresql database, Starter starter)
      throws IOException {
    var ports = LoopbackPorts.free(4);
    var shared = shared(settings, broker, database);
    var inner = List.of("--server.address=127.0.0.1", "--springdoc.api-docs.enabled=false");
    var starting = new ArrayList<Future<?>>();
    var applications = new LinkedHashMap<SpringApplicationBuilder, List<String>>();
    applications.put(CacheService.application(), with(cache(settings), NO_JPA));
    applications.put(ImageProbeService.application(), with(inner, "--server.port=" + ports.get(0)));
    applications.put(DecisionService.application(), with(inner, NO_JPA, "--server.port=" + ports.get(1)));
    if (settings.worker()) {
      applications.put(CompressionService.application(), with(inner, NO_JPA, "--server.port=" + ports.get(2)));
    }
    applications.put(FeedbackService.application(), with(inner, "--server.port=" + ports.get(3)));
    applications.put(ProbeReceiverService.application(), List.of(NO_JPA, "--server.port=" + settings.apiPort(),
        "--CTS_REGISTRY_URL=http://127.0.0.1:" + settings.registryPort(),
        "--CTS_DECISION_URL=http://127.0.0.1:" + ports.get(1), "--CTS_FEEDBACK_URL=http://127.0.0.1:" + ports.get(3),
        "--CTS_DEPENDS_ON=" + String.join(",", health(settings, ports))));
    for (Map.Entry<SpringApplicationBuilder, List<String>> application : applications.entrySet()) {
      var arguments = with(shared, application.getValue().toArray(String[]::new)).toArray(String[]::new);
      starting.add(starter.submit(() -> {
        var service = application.getKey().registerShutdownHook(false).run(arguments);
        services.add(service);
        return service;
      }));
    }
    for (var service : starting) {
      result(service);
    }
  }

  private static List<String> shared(Settings settings, EmbeddedKafka broker, EmbeddedPostgresql database) {
    return List.of("--CTS_KAFKA=" + broker.bootstrap(), "--CTS_DB_URL=" + database.jdbcUrl(DATABASE),
        "--CTS_DB_USER=" + EmbeddedPostgresql.USER, "--CTS_DB_PASSWORD=" + EmbeddedPostgresql.PASSWORD,
        "--CTS_BLOBS=" + settings.data().resolve("blobs"), "--CTS_INSTANCE=standalone",
        "--cts.messaging.concurrency=1", "--spring.main.banner-mode=off"); // an idle consumer costs, and one site is small
  }

  private static List<String> cache(Settings settings) {
    var arguments = new ArrayList<String>();
    arguments.add("--server.port=" + settings.registryPort());
    arguments.add("--CTS_PUBLIC_UPSTREAMS=" + settings.publicUpstreams());
    arguments.add("--CTS_CACHE_CAPACITY=" + settings.capacity());
    arguments.add("--springdoc.api-docs.enabled=false");
    var number = 0;
    for (var upstream : settings.upstreams().entrySet()) {
      arguments.add("--cts.cache.upstreams[" + number + "].name=" + upstream.getKey());
      arguments.add("--cts.cache.upstreams[" + number + "].url=" + upstream.getValue());
      number++;
    }
    return arguments;
  }

  private static List<String> health(Settings settings, List<Integer> ports) {
    var used = new ArrayList<>(ports);
    used.add(settings.registryPort());
    if (!settings.worker()) {
      used.remove(ports.get(2));
    }
    return used.stream().map(port -> "http://127.0.0.1:" + port + "/actuator/health").toList();
  }

  private static List<String> with(List<String> some, String... more) {
    var all = new ArrayList<>(some);
    all.addAll(List.of(more));
    return all;
  }

  /** Where Kafka's clients connect. */
  String bootstrap() {
    return kafka == null ? "" : kafka.bootstrap();
  }

  private static <T> T result(Future<T> future) throws IOException {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while starting", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(innermost(e), e);
    }
  }

  private static String innermost(Throwable failure) {
    var cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }

  /** Ends the services together, then what they need. */
  @Override
  public void close() {
    try (folder;
        var server = postgresql;
        var broker = kafka;
        var ending = Executors.newThreadPerTaskExecutor(Thread.ofPlatform().name("end-", 0).factory())) {
      services.forEach(service -> ending.submit(service::close));
      ending.close();
      Files.deleteIfExists(runFile);
    } catch (IOException e) {
      System.err.println("cts: could not end in order: " + e.getMessage());
    }
  }
}
