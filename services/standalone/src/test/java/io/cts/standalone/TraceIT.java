package io.cts.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cts.embedded.LoopbackPorts;
import io.cts.standalone.Collector.Received;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** What a collector is told of a pull that goes through all six services. */
class TraceIT {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final JsonMapper JSON = new JsonMapper();

  @AfterEach
  void trace_no_more() {
    System.clearProperty("CTS_TRACING");
  }

  @Test
  void a_pull_is_one_trace_from_the_request_over_the_topics_to_the_variant_and_the_served_blob(@TempDir Path folder)
      throws Exception {
    var image = SmallLayout.write(folder.resolve("layout"));
    var ports = LoopbackPorts.free(2);
    var settings = new Settings(folder.resolve("data"), ports.get(0), ports.get(1),
        Map.of("demo.local", "oci:" + folder.resolve("layout")), false, "1GB", true);
    var api = "http://127.0.0.1:" + ports.get(0) + "/v1/";
    var registry = "http://127.0.0.1:" + ports.get(1) + "/v2/demo.local/app/";
    try (var collector = Collector.start()) {
      System.setProperty("CTS_TRACING", collector.url());
      try (var _ = Standalone.start(settings)) {
        // a thin link, so that a variant is worth making
        send("PUT", api + "nodes/edge",
            "{\"engine\": \"cts-agent-1\", \"source\": \"stated\", \"bandwidthMbps\": 2}");
        var pull = JSON
            .readTree(send("POST", api + "pulls", "{\"image\": \"demo.local/app:1\", \"node\": \"edge\"}").body())
            .path("id")
            .stringValue();
        await().atMost(PATIENCE)
            .until(() -> JSON.readTree(send("GET", api + "pulls/" + pull, "").body())
                .path("state")
                .asString("")
                .equals("ready"));
        send("GET", registry + "manifests/1", "");
        var layer = send("GET", registry + "blobs/" + image.diffId(), "");
        assertThat(layer.headers().firstValue("Content-Encoding")).contains("zstd");

        await().atMost(PATIENCE)
            .untilAsserted(() -> assertThat(collector.spansOf(pull.replace("-", "")))
                .extracting(span -> span.service() + ": " + span.name())
                .contains("cts-probe-receiver: request a pull", "cts-cache: handle cts.pull-requested.v1",
                    "cts-cache: store the image", "cts-image-probe: handle cts.image-stored.v1",
                    "cts-decision: handle cts.image-profiled.v1", "cts-compression-worker: handle cts.pull-planned.v1",
                    "cts-compression-worker: handle cts.encoding-requested.v1",
                    "cts-probe-receiver: handle cts.pull-ready.v1", "cts-cache: serve blob"));
        var spans = collector.spansOf(pull.replace("-", ""));
        var first = spans.stream().filter(span -> span.parent().isEmpty()).toList();
        assertThat(first).extracting(Received::name).containsExactly("request a pull");
        assertThat(spans).filteredOn(span -> !span.parent().isEmpty())
            .allSatisfy(span -> assertThat(span.parent()).isEqualTo(first.getFirst().id()));
      }
    }
  }

  private static HttpResponse<byte[]> send(String method, String uri, String body) throws Exception {
    var answer = HTTP.send(HttpRequest.newBuilder(URI.create(uri))
        .header("User-Agent", "cts-agent/0.1")
        .header("CTS-Node", "edge")
        .header("Accept-Encoding", "zstd")
        .header("Content-Type", "application/json")
        .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
        .timeout(Duration.ofMinutes(2))
        .build(), BodyHandlers.ofByteArray());
    assertThat(answer.statusCode()).as("%s %s: %s", method, uri, new String(answer.body())).isBetween(200, 299);
    return answer;
  }
}
