package io.cts.probereceiver.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.cts.contract.Digest;
import io.cts.contract.Platform;
import io.cts.contract.PullId;
import io.cts.contract.PullRequested.Origin;
import io.cts.contract.Topics;
import io.cts.messaging.testing.TopicReader;
import io.cts.messaging.testing.WithKafkaAndPostgres;
import io.cts.probereceiver.Api;
import io.cts.probereceiver.ProbeReceiverService;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The door with another service, and a registry, behind it. */
@WithKafkaAndPostgres
@SpringBootTest(classes = ProbeReceiverService.class, properties = "spring.config.name=probe-receiver", webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class FrontDoorIT {
  private static final HttpServer BEHIND = behind();
  private static final AtomicInteger HEALTH = new AtomicInteger(200);
  private static volatile String says = "{\"status\": \"UP\"}";
  private static final AtomicReference<String> TAG = new AtomicReference<>("sha256:" + "1".repeat(64));

  @LocalServerPort
  private int port;
  private Api api;

  @BeforeEach
  void connect() {
    api = new Api(port);
  }

  private static HttpServer behind() {
    try {
      var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext("/v1/", exchange -> {
        var body = exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
            + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("X-Model", "analytic-7");
        exchange.getResponseHeaders().set("Content-Type", "text/plain");
        exchange.sendResponseHeaders(exchange.getRequestURI().getPath().endsWith("/missing") ? 404 : 200, 0);
        try (var out = exchange.getResponseBody()) {
          out.write(body.getBytes(StandardCharsets.UTF_8));
        }
      });
      server.createContext("/health", exchange -> {
        var body = says.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(HEALTH.get(), body.length);
        try (var out = exchange.getResponseBody()) {
          out.write(body);
        }
      });
      server.createContext("/v2/docker.io/library/watched/manifests/stable", exchange -> {
        exchange.getResponseHeaders().set("Docker-Content-Digest", TAG.get());
        exchange.sendResponseHeaders(200, -1);
        exchange.close();
      });
      server.start();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @DynamicPropertySource
  static void settings(DynamicPropertyRegistry settings) {
    var url = "http://localhost:" + BEHIND.getAddress().getPort();
    settings.add("cts.probe-receiver.decision-url", () -> url);
    settings.add("cts.probe-receiver.feedback-url", () -> "http://localhost:1");
    settings.add("cts.probe-receiver.registry-url", () -> url);
    settings.add("cts.probe-receiver.depends-on", () -> url + "/health");
    settings.add("cts.probe-receiver.watch-every", () -> "200ms");
    settings.add("cts.probe-receiver.watches[0].image", () -> "watched:stable");
    settings.add("cts.probe-receiver.watches[0].platform", () -> "linux/arm64");
    settings.add("cts.probe-receiver.watches[1].image", () -> "missing:latest");
  }

  @AfterAll
  static void stop() {
    BEHIND.stop(0);
  }

  @Test
  void a_request_goes_on_to_its_service_and_the_answer_comes_back_as_it_is() {
    var simulated = api.post("/v1/decisions:simulate?verbose=true", "{\"image\": 1}").status(200);
    var missing = api.get("/v1/decisions/missing").status(404);
    var image = api.get("/v1/images?image=nginx%3A1").status(200);

    assertThat(simulated.response().body())
        .isEqualTo("POST /v1/decisions:simulate?verbose=true {\"image\": 1}");
    assertThat(simulated.header("X-Model")).isEqualTo("analytic-7");
    assertThat(simulated.header("Content-Type")).isEqualTo("text/plain");
    assertThat(missing.response().body()).isEqualTo("GET /v1/decisions/missing ");
    assertThat(image.response().body()).isEqualTo("GET /v1/images?image=nginx%3A1 ");
  }

  @Test
  void a_service_that_is_away_is_named() {
    assertThat(api.get("/v1/scoreboard").problem(502, "service-away"))
        .startsWith("tried to hand GET /v1/scoreboard on to feedback-collector at localhost:1, but it did not answer")
        .contains("is it running");
  }

  @Test
  void health_is_up_only_if_all_others_are() {
    assertThat(api.get("/actuator/health").status(200).json().path("status").asString()).isEqualTo("UP");
    HEALTH.set(503);
    try {
      var down = api.get("/actuator/health").status(503).json();
      assertThat(down.path("status").asString()).isEqualTo("DOWN");
      assertThat(down.path("components").path("services").path("details").toString()).contains("answers 503");
      assertThat(api.get("/actuator/health/readiness").status(200).json().path("status").asString()).isEqualTo("UP");
    } finally {
      HEALTH.set(200);
    }
  }

  @Test
  void health_is_degraded_while_another_service_is() {
    says = "{\"status\": \"DEGRADED\"}";
    try {
      var degraded = api.get("/actuator/health").status(200).json();
      assertThat(degraded.path("status").asString()).isEqualTo("DEGRADED");
    } finally {
      says = "{\"status\": \"UP\"}";
    }
  }

  @Test
  void a_watched_tag_is_announced_when_its_digest_changes_and_not_before(TopicReader topics) {
    var first = topics.await(Topics.PULL_REQUESTED, event -> event.origin() == Origin.WATCH);
    assertThat(first.image()).hasToString("docker.io/library/watched:stable");
    assertThat(first.platform()).isEqualTo(Platform.parse("linux/arm64"));

    TAG.set(Digest.sha256(new byte[]{2}).toString());
    var second = topics.await(Topics.PULL_REQUESTED,
        event -> event.origin() == Origin.WATCH && !event.pull().equals(first.pull()));

    assertThat(second.image()).isEqualTo(first.image());
    await().untilAsserted(() -> assertThat(api.get("/v1/watches").json()).hasSize(2).anySatisfy(watch -> {
      assertThat(watch.path("image").asString()).isEqualTo("docker.io/library/watched:stable");
      assertThat(watch.path("digest").asString()).isEqualTo(TAG.get());
      assertThat(PullId.parse(watch.path("announced").asString())).isEqualTo(second.pull());
    })
        .anySatisfy(watch -> assertThat(watch.path("failure").asString())
            .contains("tried HEAD", "/v2/docker.io/library/missing/manifests/latest", "cache answered 404")));
    assertThat(topics.all(Topics.PULL_REQUESTED)).filteredOn(event -> event.origin() == Origin.WATCH).hasSize(2);
  }

  @Test
  void a_probe_measures_against_the_service() {
    api.get("/v1/probe/rtt").status(204);
    assertThat(api.get("/v1/probe/download?bytes=100000")
        .status(200)
        .response()
        .headers()
        .firstValue("Content-Length")).hasValue("100000");
    assertThat(api.get("/v1/probe/download?bytes=67108865").problem(400, "malformed-parameter"))
        .contains("between 1 and 67108864");
    var upload = api.request("/v1/probe/upload").POST(HttpRequest.BodyPublishers.ofByteArray(new byte[200_000]));
    assertThat(api.send(upload.build()).status(200).json().path("bytes").asLong()).isEqualTo(200_000);
  }

  @Test
  void an_upload_that_never_ends_is_cut_off() {
    var endless = api.request("/v1/probe/upload")
        .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[(64 << 20) + 1])));

    assertThat(api.send(endless.build()).problem(413, "too-large")).contains("67108864 bytes");
  }

  @Test
  void a_report_is_put_on_its_topic(TopicReader topics) {
    var pull = PullId.random();
    api.post("/v1/probe/reports", """
        {"pull": "%s", "node": "edge-7", "form": "plain", "totalSeconds": 9.5, "layers": []}""".formatted(pull))
        .status(202);

    assertThat(topics.await(Topics.PULL_REPORTED, event -> event.pull().equals(pull)).totalSeconds()).isEqualTo(9.5);
    await().untilAsserted(() -> assertThat(api.get("/v1/pulls/" + pull).json().path("state").asString())
        .isEqualTo("reported"));
    assertThat(api.post("/v1/probe/reports", "{\"pull\": \"" + pull + "\"}").problem(400, "malformed-body"))
        .contains("is missing");
  }

  @Test
  void the_api_describes_itself() {
    var description = api.get("/v3/api-docs").status(200).json();

    assertThat(description.path("paths").propertyNames()).containsExactlyInAnyOrder("/v1/pulls", "/v1/pulls/{id}",
        "/v1/pulls/{id}/events", "/v1/nodes", "/v1/nodes/{node}", "/v1/probe/rtt", "/v1/probe/download",
        "/v1/probe/upload", "/v1/probe/reports", "/v1/watches", "/v1/decisions/{pull}", "/v1/decisions:simulate",
        "/v1/images", "/v1/cache/stats", "/v1/models", "/v1/models:refit", "/v1/scoreboard");
    description.path("paths")
        .forEach(path -> path.forEach(
            operation -> assertThat(operation.path("summary").asString()).as(operation.toString()).isNotBlank()));
    var image = description.path("components").path("schemas").path("PullOrder").path("properties").path("image");
    assertThat(image.path("type").asString()).isEqualTo("string");
  }

  @Test
  void a_path_that_is_not_there_says_where_the_api_begins() {
    assertThat(api.get("/v2/").problem(404, "unknown-path")).contains("the API begins at /v1/pulls");
  }
}
