package io.cts.probereceiver.nodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cts.contract.Encoding;
import io.cts.contract.NodeDetails;
import io.cts.contract.NodeId;
import io.cts.contract.NodeProfile;
import io.cts.contract.NodeProfiled;
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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;

@WithKafkaAndPostgres
@Import(MovableClock.InPlace.class)
@SpringBootTest(classes = ProbeReceiverService.class, properties = "spring.config.name=probe-receiver", webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class NodesIT {
  @LocalServerPort
  private int port;
  @Autowired
  private MovableClock clock;
  private Api api;

  @BeforeEach
  void connect() {
    api = new Api(port);
  }

  private static List<Double> told(TopicReader topics, String node) {
    return topics.all(Topics.NODE_PROFILED)
        .stream()
        .map(NodeProfiled::profile)
        .filter(profile -> profile.node().equals(NodeId.of(node)))
        .map(NodeProfile::bandwidthMbps)
        .toList();
  }

  @Test
  void a_node_s_own_probe_is_kept_shown_and_told(TopicReader topics) {
    var answer = api.put("/v1/nodes/probed", """
        {"engine": "containerd-2.1.9", "source": "active", "bandwidthMbps": 20, "rttMillis": 40, "cores": 2,
         "memoryBytes": 4294967296, "decodeRates": [{"family": "zstd", "mbps": 600}],
         "details": {"cpu": {"name": "A Processor", "physicalCores": 2}, "decodeRates": [
           {"encoding": "zstd-19", "mbps": 500}], "disk": {"folder": "/var/lib/cts", "model": "A Drive"}}}""")
        .status(200);

    var profile = answer.json().path("profile");
    assertThat(profile.path("bandwidthMbps").asDouble()).isEqualTo(20);
    assertThat(profile.path("confidence").asDouble()).isBetween(0.99, 1.0);
    assertThat(profile.path("source").asString()).isEqualTo("active");
    assertThat(answer.json().has("validUntil")).isTrue();
    var event = topics.await(Topics.NODE_PROFILED, said -> said.profile().node().equals(NodeId.of("probed")));
    assertThat(event.profile().rttMillis()).isEqualTo(40);
    assertThat(event.profile().engine()).isEqualTo(Told.CONTAINERD);
    assertThat(event.profile().details()).isEqualTo(new NodeDetails(
        new NodeDetails.Cpu("A Processor", 2, null, null, null), null,
        new NodeDetails.Disk("/var/lib/cts", null, "A Drive", null), null,
        List.of(new NodeDetails.EncodingRate(Encoding.zstd(19), 500))));
    assertThat(profile.path("details").path("disk").path("model").asString()).isEqualTo("A Drive");
    assertThat(api.get("/v1/nodes/probed").status(200).json().path("engine").asString()).isEqualTo("containerd-2.1.9");
  }

  @Test
  void only_a_material_change_is_told(TopicReader topics) {
    for (var mbps : List.of(100, 105, 109, 50, 51)) {
      api.put("/v1/nodes/changing", "{\"source\": \"active\", \"bandwidthMbps\": " + mbps + "}").status(200);
    }
    topics.await(Topics.NODE_PROFILED, event -> event.profile().node().equals(NodeId.of("changing"))
        && Double.valueOf(50).equals(event.profile().bandwidthMbps()));
    api.put("/v1/nodes/after", "{\"bandwidthMbps\": 1}");
    topics.await(Topics.NODE_PROFILED, event -> event.profile().node().equals(NodeId.of("after")));

    assertThat(told(topics, "changing")).containsExactly(100.0, 50.0);
  }

  @Test
  void confidence_falls_with_age_and_after_a_day_nothing_measured_is_left() {
    api.put("/v1/nodes/ageing", "{\"source\": \"active\", \"bandwidthMbps\": 100}").status(200);

    clock.advance(Duration.ofHours(12));
    assertThat(api.get("/v1/nodes/ageing").json().path("profile").path("confidence").asDouble()).isBetween(0.49, 0.51);
    clock.advance(Duration.ofHours(13));
    var aged = api.get("/v1/nodes/ageing").json();
    assertThat(aged.path("profile").has("bandwidthMbps")).isFalse();
    assertThat(aged.has("validUntil")).isFalse();
  }

  @Test
  void what_went_to_a_node_tells_its_bandwidth(TopicReader topics) {
    var told = Told.pull("docker.io/library/nginx:1.27").at(clock.instant());
    topics.publish(told.sent(1, 0, 4));
    topics.publish(told.sent(2, 0, 4));
    topics.publish(told.sent(2, 0, 4));

    await().untilAsserted(() -> assertThat(api.get("/v1/nodes/" + Told.EDGE)
        .json()
        .path("profile")
        .path("bandwidthMbps")
        .asDouble()).isEqualTo(2 * 8 * Told.LAYER_BYTES / 1e6 / 4));
    var node = api.get("/v1/nodes/" + Told.EDGE).json();
    assertThat(node.path("engine").asString()).isEqualTo("containerd-2.1.9");
    assertThat(node.path("profile").path("source").asString()).isEqualTo("passive");
    assertThat(node.path("profile").path("bandwidthIsLowerBound").asBoolean()).isFalse();
    var event = topics.await(Topics.NODE_PROFILED, said -> said.profile().node().equals(Told.EDGE)
        && Double.valueOf(120).equals(said.profile().bandwidthMbps()));
    assertThat(event.profile().source()).isEqualTo(NodeProfile.Source.PASSIVE);
  }

  @Test
  void what_goes_to_several_machines_under_one_key_tells_nothing_of_them(TopicReader topics) {
    var office = NodeId.of("anonymous~192.0.2.1~docker-28.5.2");
    var image = "docker.io/library/postgres:17";
    clock.advance(Duration.ofDays(2)); // away from other tests' transfers
    var now = clock.instant();
    topics.publish(Told.pull(image).at(now).sentTo(office, 1, 0, 4));
    await().until(() -> api.get("/v1/nodes/" + office).json().path("profile").has("bandwidthMbps"));

    topics.publish(Told.pull(image).at(now).sentTo(office, 1, 3, 4)); // another machine's, a second before the first has all

    await().until(() -> api.get("/v1/nodes/" + office).json().path("group").asBoolean());
    assertThat(api.get("/v1/nodes/" + office).json().path("profile").has("bandwidthMbps")).isFalse();
    topics.await(Topics.NODE_PROFILED, said -> said.profile().node().equals(office)
        && said.profile().bandwidthMbps() == null);

    clock.advance(Duration.ofDays(2));
    topics.publish(Told.pull(image).at(clock.instant()).sentTo(office, 1, 0, 4));

    await().until(() -> api.get("/v1/nodes/" + office).json().path("profile").has("bandwidthMbps"));
    assertThat(api.get("/v1/nodes/" + office).json().path("group").asBoolean()).isFalse();
  }

  @Test
  void nodes_are_listed_by_name_page_by_page() {
    for (var name : List.of("list-c", "list-a", "list-b")) {
      api.put("/v1/nodes/" + name, "{\"cores\": 4}").status(200);
    }

    var seen = new ArrayList<String>();
    var next = "/v1/nodes?limit=2";
    while (next != null) {
      var page = api.get(next).status(200);
      page.json().path("items").forEach(node -> seen.add(node.path("node").asString()));
      next = page.json().path("next").asString(null);
    }

    assertThat(seen).contains("list-a", "list-b", "list-c").isSorted();
  }

  @Test
  void a_node_that_nobody_knows_or_that_cannot_be_is_told_so() {
    assertThat(api.get("/v1/nodes/nobody").problem(404, "unknown-node")).contains("PUT /v1/nodes/nobody registers it");
    assertThat(api.get("/v1/nodes/~").problem(400, "malformed-parameter")).contains("not a node: \"~\"");
    assertThat(api.get("/v1/nodes?cursor=!").problem(400, "malformed-parameter")).contains("not a cursor");
    assertThat(api.put("/v1/nodes/x", "{\"bandwidthMbps\": -1}").problem(400, "malformed-body"))
        .contains("bandwidthMbps must be positive");
    assertThat(api.put("/v1/nodes/x", "{\"source\": \"passive\"}").problem(400, "malformed-body"))
        .contains("what CTS itself observes");
    assertThat(api.put("/v1/nodes/x", "{\"measuredAt\": \"2999-01-01T00:00:00Z\"}").problem(400, "malformed-body"))
        .contains("lies in the future");
    assertThat(api.put("/v1/nodes/x", "{\"engine\": \"docker\"}").problem(400, "malformed-body"))
        .contains("expected family-version");
    assertThat(api.put("/v1/nodes/x", "{\"decodeRates\": [null]}").problem(400, "malformed-body"))
        .contains("decodeRates");
    assertThat(api.put("/v1/nodes/x", "{\"details\": {\"cpu\": {\"name\": \"a\\u0000\"}, \"decodeRates\": []}}")
        .problem(400, "malformed-body")).contains("control characters");
    assertThat(api.get("/v1/nodes/x").problem(404, "unknown-node")).contains("tried to find node x");
  }
}
