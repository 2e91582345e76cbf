package io.cts.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cts.contract.CodecFamily;
import io.cts.contract.Encoding;
import io.cts.contract.EngineClass;
import io.cts.contract.EventId;
import io.cts.contract.Form;
import io.cts.contract.ImageProfiled;
import io.cts.contract.ImageRef;
import io.cts.contract.LayerEncoded;
import io.cts.contract.NodeId;
import io.cts.contract.NodeProfiled;
import io.cts.contract.Platform;
import io.cts.contract.PullFailed;
import io.cts.contract.PullId;
import io.cts.contract.PullPlanned;
import io.cts.contract.PullRequested;
import io.cts.contract.Topics;
import io.cts.contract.Weights;
import io.cts.contract.WeightsPublished;
import io.cts.messaging.testing.TopicReader;
import io.cts.messaging.testing.WithKafkaAndPostgres;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@WithKafkaAndPostgres
@SpringBootTest(classes = DecisionService.class, webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = {
    "spring.config.name=decision", "cts.decision.patience=2s", "cts.decision.give-up-after=15s",
    "cts.decision.sweep-every=500ms"})
class DecisionIT {
  private final JsonMapper json = JsonMapper.builder().build();
  private final HttpClient http = HttpClient.newHttpClient();
  @Value("${local.server.port}")
  private int port;
  @Autowired
  private Models models;

  private static PullPlanned planned(TopicReader topics, PullId pull) {
    return topics.await(Topics.PULL_PLANNED, event -> event.pull().equals(pull));
  }

  private HttpResponse<String> get(String path) throws Exception {
    return http.send(HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)).build(),
        BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    return http.send(HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body))
        .build(),
        BodyHandlers.ofString());
  }

  @Test
  void a_pull_is_planned_once_whichever_of_request_and_profile_comes_first(TopicReader topics) throws Exception {
    var first = PullId.random();
    var node = Facts.node("thin", "containerd-2.1.9", 15.0);
    var requested = Facts.requested(first, null, node, PullRequested.Origin.API);
    var profiled = Facts.profiled(first, null, Facts.layer("app"));
    topics.publish(requested);
    topics.publish(profiled);
    topics.publish(requested);
    topics.publish(profiled);
    var plan = planned(topics, first);
    assertThat(plan.engineClass()).isEqualTo(EngineClass.CONTAINERD);
    assertThat(plan.wanted()).extracting(each -> each.encoding().family()).containsOnly(CodecFamily.ZSTD);
    assertThat(plan.plan().predictedSeconds()).isLessThan(plan.plan().originalSeconds());

    var second = PullId.random();
    topics.publish(Facts.profiled(second, null, Facts.layer("app")));
    topics.publish(Facts.requested(second, null, node, PullRequested.Origin.API));
    planned(topics, second);
    assertThat(topics.all(Topics.PULL_PLANNED).stream().filter(event -> event.pull().equals(first))).hasSize(1);

    var decision = get("/v1/decisions/" + first);
    assertThat(decision.statusCode()).isEqualTo(200);
    var shown = json.readTree(decision.body());
    assertThat(shown.path("plan").path("form").asString()).isEqualTo(plan.plan().form().toString());
    assertThat(shown.path("basis").asString()).isEqualTo("the profile that came with the request");
    assertThat(shown.path("layers").get(0).path("rows").size()).isGreaterThan(8);
    assertThat(shown.path("plan").path("layers").get(0).path("reason").asString()).contains("where the original takes");
  }

  @Test
  void a_node_that_nobody_knows_never_blocks_and_one_that_was_measured_counts(TopicReader topics) {
    var unknown = PullId.random();
    var name = NodeId.of("anonymous~10.0.0.9~docker-28.5.2");
    topics.publish(Facts.profiled(unknown, null, Facts.layer("web")));
    topics.publish(Facts.requested(unknown, name, null, PullRequested.Origin.ENGINE));
    assertThat(planned(topics, unknown).plan().reason()).contains("bandwidth unknown");

    var profile = Facts.node(name.value(), "docker-28.5.2", 12.0);
    topics.publish(new NodeProfiled(EventId.random(), Instant.now(), profile));
    // read from memory, so a later pull counts it once the process has heard of it
    await().atMost(Duration.ofSeconds(60)).until(() -> {
      var known = PullId.random();
      topics.publish(Facts.profiled(known, null, Facts.layer("web")));
      topics.publish(Facts.requested(known, name, null, PullRequested.Origin.ENGINE));
      return !planned(topics, known).plan().reason().contains("bandwidth unknown");
    });
  }

  @Test
  void an_image_left_as_it_is_gets_a_plan_that_wants_nothing(TopicReader topics) {
    var pull = PullId.random();
    topics.publish(Facts.requested(pull, null, null, PullRequested.Origin.WATCH));
    topics.publish(Facts.profiled(pull, "it is signed", Facts.layer("signed")));
    var plan = planned(topics, pull);
    assertThat(plan.plan().form()).isEqualTo(Form.ORIGINAL);
    assertThat(plan.plan().reason()).contains("it is signed");
    assertThat(plan.wanted()).isEmpty();
    assertThat(plan.node()).isNull();
  }

  @Test
  void what_is_there_needs_no_wait(TopicReader topics) throws Exception {
    var layer = Facts.layer("there");
    var fast = "{\"manifest\":\"" + Facts.digest("there manifest") + "\",\"announced\":false,\"profile\":"
        + "{\"engine\":\"containerd-2.1.9\",\"bandwidthMbps\":1000,\"rttMillis\":1}}";
    var pull = PullId.random();
    var profiled = Facts.profiled(pull, null, layer);
    topics.publish(new ImageProfiled(EventId.random(), profiled.at(), pull, ImageRef.parse("quay.io/org/there:1"),
        Facts.digest("there manifest"), Facts.digest("there config"), Platform.parse("linux/amd64"), profiled.layers(),
        null));
    await().atMost(Duration.ofSeconds(60)).until(() -> post("/v1/decisions:simulate", fast).statusCode() == 200);
    assertThat(row(post("/v1/decisions:simulate", fast).body(), "zstd-19").path("there").asBoolean()).isFalse();

    topics.publish(new LayerEncoded(EventId.random(), Facts.NOON, layer.layer(), layer.diffId(), Encoding.zstd(19),
        "zstd-jni 1.5.7", Facts.digest("variant"), 28_000_000, layer.sizeBytes(), 33));
    await().atMost(Duration.ofSeconds(60))
        .until(() -> row(post("/v1/decisions:simulate", fast).body(), "zstd-19").path("there").asBoolean());
    var row = row(post("/v1/decisions:simulate", fast).body(), "zstd-19");
    assertThat(row.path("predicted").path("bytes").asLong()).isEqualTo(28_000_000);
    assertThat(row.path("predicted").path("waitSeconds").asDouble()).isZero();
    var named = post("/v1/decisions:simulate", "{\"image\":\"quay.io/org/there:1\"}");
    assertThat(json.readTree(named.body()).path("audience").size()).isGreaterThan(1);
  }

  private JsonNode row(String decision, String encoding) {
    for (var row : json.readTree(decision).path("layers").get(0).path("rows")) {
      if (row.path("form").asString().equals("zstd") && row.path("encoding").asString().equals(encoding)) {
        return row;
      }
    }
    throw new AssertionError("no row for " + encoding + " in " + decision);
  }

  @Test
  void published_weights_are_used_without_a_restart_and_wrong_ones_are_not(TopicReader topics) {
    topics.publish(new WeightsPublished(EventId.random(), Instant.now(),
        new Weights("analytic-5", "analytic", Map.of("link.window_mb", 2.0), 500), 0.05, "refitted"));
    topics.publish(new WeightsPublished(EventId.random(), Instant.now(),
        new Weights("analytic-6", "analytic", Map.of("link.window_mb", -1.0), 500), 0.05, "wrong"));
    await().atMost(Duration.ofSeconds(60)).until(() -> models.planner().modelVersion().equals("analytic-5"));
    var pull = PullId.random();
    topics.publish(Facts.requested(pull, null, null, PullRequested.Origin.API));
    topics.publish(Facts.profiled(pull, null, Facts.layer("weights")));
    assertThat(planned(topics, pull).plan().modelVersion()).isEqualTo("analytic-5");
  }

  @Test
  void a_profile_whose_request_never_comes_is_planned_for_whoever_comes(TopicReader topics) {
    var pull = PullId.random();
    topics.publish(Facts.profiled(pull, null, Facts.layer("orphan")));
    assertThat(planned(topics, pull).node()).isNull();
  }

  @Test
  void a_pull_whose_image_never_comes_ends_as_failed(TopicReader topics) throws Exception {
    var pull = PullId.random();
    topics.publish(Facts.requested(pull, null, null, PullRequested.Origin.API));
    var failed = topics.await(Topics.PULL_FAILED, event -> event.pull().equals(pull));
    assertThat(failed).extracting(PullFailed::stage, PullFailed::code)
        .containsExactly("decision",
            "IMAGE_NOT_PROFILED");
    assertThat(failed.message()).contains("quay.io/org/app:1");
    assertThat(get("/v1/decisions/" + pull).body()).contains("\"state\":\"failed\"");
  }

  @Test
  void questions_that_cannot_be_answered_are_told_why() throws Exception {
    assertThat(get("/v1/decisions/" + PullId.random())).satisfies(answer -> {
      assertThat(answer.statusCode()).isEqualTo(404);
      assertThat(answer.body()).contains("never asked for");
    });
    assertThat(get("/v1/decisions/not-a-pull").statusCode()).isEqualTo(400);
    var unknown = post("/v1/decisions:simulate", "{\"image\":\"quay.io/org/other:1\"}");
    assertThat(unknown.statusCode()).isEqualTo(400);
    assertThat(unknown.body()).contains("quay.io/org/other:1", "POST /v1/pulls");
    assertThat(post("/v1/decisions:simulate", "{}").body()).contains("needs an image, a manifest or layers");
    assertThat(post("/v1/decisions:simulate", "not json").statusCode()).isEqualTo(400);
    var hole = post("/v1/decisions:simulate", "{\"layers\": [null]}");
    assertThat(hole.statusCode()).isEqualTo(400);
    assertThat(hole.body()).contains("tried to read the body, but: ", "layers");
    assertThat(post("/v1/decisions:simulate",
        "{\"image\":\"quay.io/org/app:1\",\"profile\":{\"engine\":\"docker-28.5.2\",\"bandwidthMbps\":-3}}")
        .statusCode())
        .isEqualTo(400);
  }
}
