package io.cts.probereceiver.pulls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cts.contract.Event;
import io.cts.contract.NodeId;
import io.cts.contract.Objective;
import io.cts.contract.PullId;
import io.cts.contract.PullRequested.Origin;
import io.cts.contract.Topics;
import io.cts.messaging.testing.TopicReader;
import io.cts.messaging.testing.WithKafkaAndPostgres;
import io.cts.probereceiver.Api;
import io.cts.probereceiver.MovableClock;
import io.cts.probereceiver.ProbeReceiverService;
import io.cts.probereceiver.Told;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import tools.jackson.databind.JsonNode;

@WithKafkaAndPostgres
@Import(MovableClock.InPlace.class)
@SpringBootTest(classes = ProbeReceiverService.class, properties = "spring.config.name=probe-receiver", webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class PullsIT {
  @LocalServerPort
  private int port;
  @Autowired
  private MovableClock clock;
  @Autowired
  private PullSweeper sweeper;
  @Autowired
  private LiveChanges live;
  private Api api;

  @BeforeEach
  void connect() {
    api = new Api(port);
  }

  private Told pull() {
    return Told.pull("docker.io/library/it-" + UUID.randomUUID() + ":1").at(clock.instant());
  }

  private static void publish(TopicReader topics, Event... events) {
    List.of(events).forEach(topics::publish);
  }

  private JsonNode awaitState(PullId pull, String state) {
    await().untilAsserted(() -> assertThat(api.get("/v1/pulls/" + pull).json().path("state").asString())
        .isEqualTo(state));
    return api.get("/v1/pulls/" + pull).json();
  }

  private static List<String> states(JsonNode pull) {
    return pull.path("steps").valueStream().map(step -> step.path("state").asString()).toList();
  }

  @Test
  void a_submitted_pull_is_accepted_and_told_to_the_others(TopicReader topics) {
    var answer = api.post("/v1/pulls", """
        {"image": "nginx:1.27", "platform": "linux/arm64", "objective": "egress"}""").status(202);

    var id = answer.json().path("id").asString();
    assertThat(answer.header("Location")).isEqualTo("/v1/pulls/" + id);
    assertThat(answer.json().path("links").path("events").asString()).isEqualTo("/v1/pulls/" + id + "/events");
    assertThat(answer.json().path("state").asString()).isEqualTo("requested");
    assertThat(api.get("/v1/pulls/" + id).status(200).json()).isEqualTo(answer.json());
    var told = topics.await(Topics.PULL_REQUESTED, event -> event.pull().equals(PullId.parse(id)));
    assertThat(told.image()).hasToString("docker.io/library/nginx:1.27");
    assertThat(told.platform()).hasToString("linux/arm64");
    assertThat(told.objective()).isEqualTo(Objective.EGRESS);
    assertThat(told.origin()).isEqualTo(Origin.API);
    assertThat(told.node()).isNull();
  }

  @Test
  void a_pull_for_a_registered_node_names_it(TopicReader topics) {
    api.put("/v1/nodes/edge-1", "{\"bandwidthMbps\": 20}").status(200);

    var id = api.post("/v1/pulls", "{\"image\": \"nginx\", \"node\": \"edge-1\"}")
        .status(202)
        .json()
        .path("id")
        .asString();

    var told = topics.await(Topics.PULL_REQUESTED, event -> event.pull().equals(PullId.parse(id)));
    assertThat(told.node()).isEqualTo(NodeId.of("edge-1"));
  }

  @Test
  void a_profile_makes_it_a_preview_that_ends_where_it_is_ready(TopicReader topics) {
    var id = PullId.parse(api.post("/v1/pulls", """
        {"image": "nginx", "profile": {"engine": "docker-28.5.2", "bandwidthMbps": 5}}""")
        .status(202)
        .json()
        .path("id")
        .asString());
    var requested = topics.await(Topics.PULL_REQUESTED, event -> event.pull().equals(id));
    assertThat(requested.origin()).isEqualTo(Origin.PREVIEW);
    assertThat(requested.profile()).isNotNull();

    var told = new Told(id, clock.instant(), requested.image(), null);
    publish(topics, told.planned());
    awaitState(id, "planned"); // between topics there is no order, and what comes late is passed over
    publish(topics, told.ready());
    awaitState(id, "ready");
    clock.advance(Duration.ofHours(25));
    sweeper.sweep();

    assertThat(states(api.get("/v1/pulls/" + id).json())).containsExactly("requested", "planned", "ready");
  }

  @Test
  void the_story_of_an_engines_pull_is_read_from_the_topics(TopicReader topics) {
    var told = pull().by(Told.EDGE);
    publish(topics, told.requested(Origin.ENGINE), told.stored(), told.profiled(), told.planned(), told.ready(),
        told.sent(1, 5, 4), told.reported());

    var pull = awaitState(told.pull(), "reported");
    await().untilAsserted(() -> assertThat(api.get("/v1/pulls/" + told.pull()).json().path("measured")).hasSize(1));
    pull = api.get("/v1/pulls/" + told.pull()).json();

    assertThat(pull.path("image").asString()).isEqualTo(told.image().toString());
    assertThat(pull.path("node").asString()).isEqualTo(Told.EDGE.toString());
    assertThat(pull.path("platform").asString()).isEqualTo("linux/amd64");
    assertThat(pull.path("manifest").asString()).isEqualTo(told.digest("manifest").toString());
    assertThat(pull.path("config").asString()).isEqualTo(told.digest("config").toString());
    assertThat(pull.path("form").asString()).isEqualTo("plain");
    assertThat(pull.path("modelVersion").asString()).isEqualTo("analytic-0");
    assertThat(pull.path("reason").asString()).isEqualTo("plain saves 4 s of 14 s");
    assertThat(pull.path("predicted").path("seconds").asDouble()).isEqualTo(10);
    assertThat(pull.path("predicted").path("originalSeconds").asDouble()).isEqualTo(14);
    assertThat(pull.path("reported").path("totalSeconds").asDouble()).isEqualTo(9.5);
    assertThat(pull.path("measured").get(0).path("seconds").asDouble()).isEqualTo(4);
    assertThat(pull.path("layers")).hasSize(2);
    var layer = pull.path("layers").get(0);
    assertThat(layer.path("encoding").asString()).isEqualTo("zstd-3");
    assertThat(layer.path("storedAs").asString()).isEqualTo("gzip");
    assertThat(layer.path("reason").asString()).isEqualTo("zstd-3 is 2 s sooner than gzip-6");
    assertThat(layer.path("predicted").path("transferSeconds").asDouble()).isEqualTo(4);
    assertThat(layer.path("measured").get(0).path("seconds").asDouble()).isEqualTo(4);
    assertThat(pull.path("layers").get(1).path("measured")).isEmpty();
  }

  @Test
  void events_of_one_pull_in_the_wrong_order_and_twice_tell_the_same(TopicReader topics) {
    var told = pull();
    publish(topics, told.ready(), told.ready());
    awaitState(told.pull(), "ready");
    publish(topics, told.planned(), told.profiled(), told.planned(), told.requested(Origin.ENGINE));

    await().until(() -> api.get("/v1/pulls/" + told.pull()).json().has("image"));
    await().until(() -> api.get("/v1/pulls/" + told.pull()).json().has("reason"));
    await().until(() -> api.get("/v1/pulls/" + told.pull()).json().has("config"));
    var pull = api.get("/v1/pulls/" + told.pull()).json();
    assertThat(states(pull)).containsExactly("requested", "ready");
    assertThat(pull.path("origin").asString()).isEqualTo("engine");
  }

  @Test
  void a_failed_pull_says_who_gave_up_and_why(TopicReader topics) {
    var told = pull();
    publish(topics, told.requested(Origin.ENGINE), told.failed());

    var failure = awaitState(told.pull(), "failed").path("failure");

    assertThat(failure.path("stage").asString()).isEqualTo("cache");
    assertThat(failure.path("code").asString()).isEqualTo("MANIFEST_UNKNOWN");
    assertThat(failure.path("message").asString()).startsWith("tried to fetch the manifest of " + told.image());
  }

  @Test
  void a_pull_is_served_a_minute_after_its_last_layer(TopicReader topics) {
    var told = pull().by(Told.EDGE);
    publish(topics, told.requested(Origin.ENGINE), told.planned(), told.ready(), told.sent(1, 0, 2),
        told.cut(2, 0, 1), told.sent(2, 2, 2));
    awaitState(told.pull(), "ready");
    await().untilAsserted(() -> assertThat(
        api.get("/v1/pulls/" + told.pull()).json().path("measured").path(0).path("transfers").asInt()).isEqualTo(3));

    sweeper.sweep();
    assertThat(api.get("/v1/pulls/" + told.pull()).json().path("state").asString()).isEqualTo("ready");
    clock.advance(Duration.ofSeconds(70));
    sweeper.sweep();

    assertThat(states(api.get("/v1/pulls/" + told.pull()).json())).endsWith("ready", "served");
  }

  @Test
  void an_announced_image_is_served_when_an_engine_comes_for_it(TopicReader topics) {
    var announced = pull();
    var engines = new Told(PullId.random(), announced.at().plusSeconds(5), announced.image(), Told.EDGE);
    publish(topics, announced.requested(Origin.WATCH), announced.planned(), announced.ready(),
        engines.requested(Origin.ENGINE), engines.planned(), engines.ready(), engines.sent(1, 0, 1),
        engines.sent(2, 0, 1));
    awaitState(announced.pull(), "ready");
    awaitState(engines.pull(), "ready");
    await().untilAsserted(() -> assertThat(
        api.get("/v1/pulls/" + announced.pull()).json().path("measured").path(0).path("transfers").asInt())
        .isEqualTo(2));

    clock.advance(Duration.ofMinutes(2));
    sweeper.sweep();

    assertThat(api.get("/v1/pulls/" + announced.pull()).json().path("state").asString()).isEqualTo("served");
    assertThat(api.get("/v1/pulls/" + engines.pull()).json().path("state").asString()).isEqualTo("served");
  }

  @Test
  void every_pull_ends_within_a_day_of_waiting(TopicReader topics) {
    var nobodyCame = pull();
    var stuck = pull();
    publish(topics, nobodyCame.requested(Origin.API), nobodyCame.ready(), stuck.requested(Origin.API),
        stuck.profiled());
    awaitState(nobodyCame.pull(), "ready");
    awaitState(stuck.pull(), "profiled");

    clock.advance(Duration.ofHours(25));
    sweeper.sweep();

    assertThat(api.get("/v1/pulls/" + nobodyCame.pull()).json().path("state").asString()).isEqualTo("expired");
    var failure = api.get("/v1/pulls/" + stuck.pull()).json().path("failure");
    assertThat(failure.path("code").asString()).isEqualTo("NEVER_READY");
    assertThat(failure.path("message").asString()).contains("came no further than \"profiled\"");
  }

  @Test
  void what_is_older_than_kept_is_forgotten(TopicReader topics) {
    var told = pull();
    publish(topics, told.requested(Origin.ENGINE));
    awaitState(told.pull(), "requested");

    clock.advance(Duration.ofDays(31));
    sweeper.forget();

    assertThat(api.get("/v1/pulls/" + told.pull()).problem(404, "unknown-pull")).contains("GET /v1/pulls lists");
  }

  @Test
  void pulls_are_listed_newest_first_page_by_page(TopicReader topics) {
    var repository = "docker.io/library/listed-" + UUID.randomUUID();
    var told = new ArrayList<String>();
    for (int tag = 0; tag < 5; tag++) {
      var pull = Told.pull(repository + ":" + tag).at(clock.instant().plusSeconds(tag));
      publish(topics, pull.requested(Origin.ENGINE));
      awaitState(pull.pull(), "requested");
      told.addFirst(pull.pull().toString());
    }

    var seen = new ArrayList<String>();
    var next = "/v1/pulls?limit=2&image=" + repository;
    var pages = 0;
    while (next != null) {
      var page = api.get(next).status(200);
      page.json().path("items").forEach(pull -> seen.add(pull.path("id").asString()));
      next = page.json().path("next").asString(null);
      assertThat(page.response().headers().firstValue("Link").isPresent()).isEqualTo(next != null);
      pages++;
    }

    assertThat(seen).isEqualTo(told);
    assertThat(pages).isEqualTo(3);
    assertThat(api.get("/v1/pulls?state=requested&image=" + repository + ":3").json().path("items")).hasSize(1);
    assertThat(api.get("/v1/pulls?state=ready&image=" + repository).json().path("items")).isEmpty();
  }

  @Test
  void those_who_follow_a_pull_hear_what_was_and_what_comes_until_its_end(TopicReader topics) throws Exception {
    var told = pull();
    publish(topics, told.requested(Origin.ENGINE));
    awaitState(told.pull(), "requested");

    try (var lines = api.lines("/v1/pulls/" + told.pull() + "/events")) {
      assertThat(lines.readLine()).isEqualTo("id:1");
      assertThat(lines.readLine()).isEqualTo("event:state");
      assertThat(lines.readLine()).startsWith("data:{").contains("\"state\":\"requested\"", "\"end\":false");
      publish(topics, told.planned());
      awaitState(told.pull(), "planned");
      publish(topics, told.reported());
      assertThat(lines.lines().filter(line -> line.startsWith("data:")).toList()).hasSize(2)
          .satisfies(data -> assertThat(data.get(0)).contains("\"planned\"", "plain saves 4 s of 14 s"))
          .satisfies(data -> assertThat(data.get(1)).contains("\"reported\"", "\"end\":true"));
    }
    await().until(() -> live.following() == 0);

    try (var again = api.lines("/v1/pulls/" + told.pull() + "/events")) {
      assertThat(again.lines().filter(line -> line.startsWith("id:")).toList()).containsExactly("id:1", "id:2", "id:3");
    }
    var all = api.request("/v1/pulls/" + told.pull() + "/events").header("Last-Event-ID", "3").build();
    api.send(all).status(204);
  }

  @Test
  void a_submission_that_cannot_be_taken_is_told_why_and_what_to_do() {
    assertThat(api.post("/v1/pulls", "hello").problem(400, "malformed-body")).contains("it is not JSON");
    assertThat(api.post("/v1/pulls", "{}").problem(400, "malformed-body")).contains("\"image\" is missing");
    assertThat(api.post("/v1/pulls", "{\"image\": \"Nginx\"}").problem(400, "malformed-body"))
        .contains("not a repository");
    assertThat(api.post("/v1/pulls", "{\"image\": \"nginx\", \"platform\": \"arm\"}").problem(400, "malformed-body"))
        .contains("linux/arm/v7");
    assertThat(api.post("/v1/pulls", "{\"image\": \"nginx\", \"tag\": \"1\"}").problem(400, "malformed-body"))
        .contains("it knows no field \"tag\"");
    assertThat(api.post("/v1/pulls", "{\"image\": \"nginx\", \"node\": \"edge-1\", \"profile\": {}}")
        .problem(400, "contradiction")).contains("send one of the two");
    assertThat(api.post("/v1/pulls", "{\"image\": \"nginx\", \"node\": \"nobody\"}")
        .problem(422, "node-not-registered")).contains("PUT /v1/nodes/nobody first");
    assertThat(api.post("/v1/pulls", "{\"image\": \"" + "n".repeat(1_100_000) + "\"}").problem(400, "malformed-body"))
        .contains("larger than allowed");
  }

  @Test
  void a_question_that_cannot_be_answered_is_told_why_and_what_to_do() {
    var nobody = UUID.randomUUID();
    assertThat(api.get("/v1/pulls/" + nobody).problem(404, "unknown-pull")).contains(nobody.toString());
    assertThat(api.get("/v1/pulls/" + nobody + "/events").problem(404, "unknown-pull")).contains(nobody.toString());
    assertThat(api.get("/v1/pulls/seven").problem(400, "malformed-parameter")).contains("not a pull id: \"seven\"");
    assertThat(api.get("/v1/pulls?cursor=!").problem(400, "malformed-parameter")).contains("not a cursor");
    assertThat(api.get("/v1/pulls?limit=0").problem(400, "malformed-parameter")).contains("between 1 and 200");
    assertThat(api.get("/v1/pulls?limit=many").problem(400, "malformed-parameter"))
        .contains("limit cannot be \"many\"");
    assertThat(api.get("/v1/pulls?state=lost").problem(400, "malformed-parameter")).contains("expected one of");
    assertThat(api.get("/v1/pulls?image=A").problem(400, "malformed-parameter")).contains("not an image reference");
  }
}
