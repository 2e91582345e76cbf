import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/**
 * Uses the libraries as the services do when they start, so that the JVM can write down (JEP 514) what it otherwise finds
 * out at each start. It knows no code of CTS: what it makes stays the same when that changes. There is no database and no
 * broker where images are built; it gets as far as one does without.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@EnableScheduling
public class WarmUp {
  /** Their classes are loaded one and all: most of them are used only when somebody answers. */
  private static final List<String> WHOLE = List.of("postgresql-", "flyway-", "HikariCP-", "spring-kafka-");
  private static final String NOBODY = "127.0.0.1:1";
  private static final Duration SHORT = Duration.ofMillis(200);

  public static void main(String[] arguments) throws IOException, InterruptedException {
    var port = freePort();
    var application = new SpringApplicationBuilder(WarmUp.class).properties("server.port=" + port,
        "spring.main.banner-mode=off", "logging.level.root=error", "spring.threads.virtual.enabled=true",
        "spring.flyway.enabled=false", "spring.datasource.url=jdbc:postgresql://" + NOBODY + "/none",
        "spring.datasource.hikari.connection-timeout=250", "spring.jpa.open-in-view=false",
        "spring.jpa.properties.hibernate.boot.allow_jdbc_metadata_access=false",
        "spring.jpa.database-platform=org.hibernate.dialect.PostgreSQLDialect",
        "management.endpoints.web.exposure.include=*");
    try (var context = application.run()) {
      loadWhole(context.getClassLoader());
      clients();
      requests("http://127.0.0.1:" + port);
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static void loadWhole(ClassLoader loader) throws IOException {
    for (var jar : System.getProperty("java.class.path").split(":")) {
      if (WHOLE.stream().anyMatch(Path.of(jar).getFileName().toString()::startsWith)) {
        try (var file = new JarFile(jar)) {
          file.stream().map(entry -> entry.getName()).filter(name -> name.endsWith(".class") && !name.startsWith("META-INF"))
              .map(name -> name.substring(0, name.length() - 6).replace('/', '.')).forEach(name -> load(name, loader));
        }
      }
    }
  }

  private static void load(String name, ClassLoader loader) {
    try {
      Class.forName(name, false, loader);
    } catch (ClassNotFoundException | LinkageError e) {
      // needs a library that is not here, and so will never be loaded
    }
  }

  private static void clients() {
    var common = Map.<String, Object>of("bootstrap.servers", NOBODY, "metric.reporters", "", "enable.metrics.push", false);
    var admin = Admin.create(common);
    admin.listTopics();
    admin.close(SHORT);
    var producer = new KafkaProducer<>(with(common, "max.block.ms", 200), new StringSerializer(), new StringSerializer());
    try {
      producer.send(new ProducerRecord<>("none", "key", "value"));
    } catch (KafkaException e) {
      // nobody is there
    }
    producer.close(SHORT);
    var group = with(common, "group.id", "none");
    var consumer = new KafkaConsumer<>(group, new StringDeserializer(), new ByteArrayDeserializer());
    consumer.subscribe(List.of("none"));
    consumer.poll(SHORT);
    consumer.close(CloseOptions.timeout(SHORT));
    var worker = new KafkaShareConsumer<>(group, new StringDeserializer(), new ByteArrayDeserializer());
    worker.subscribe(List.of("none"));
    worker.poll(SHORT);
    worker.close(SHORT);
  }

  private static Map<String, Object> with(Map<String, Object> settings, String name, Object value) {
    var all = new java.util.HashMap<>(settings);
    all.put(name, value);
    return all;
  }

  private static void requests(String address) throws IOException, InterruptedException {
    try (var http = HttpClient.newHttpClient()) {
      for (var path : List.of("/actuator/health", "/actuator/health/readiness", "/actuator/prometheus", "/actuator/metrics", "/none")) {
        http.send(HttpRequest.newBuilder(URI.create(address + path)).build(), HttpResponse.BodyHandlers.discarding());
      }
      http.send(HttpRequest.newBuilder(URI.create(address + "/echo")).header("Content-Type", "application/json")
          .POST(HttpRequest.BodyPublishers.ofString("{\"text\": \"a\", \"number\": 1, \"many\": [\"b\"]}")).build(),
          HttpResponse.BodyHandlers.discarding());
    }
  }

  record Echo(String text, int number, List<String> many) {}

  @RestController
  static class EchoController {
    @PostMapping("/echo")
    Echo echo(@RequestBody Echo said) {
      return said;
    }
  }
}
