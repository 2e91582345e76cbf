package io.cts.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cts.contract.Digest;
import io.cts.embedded.LoopbackPorts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code cts up} in a process of its own, as the launcher starts it: what is known survives that it is killed. */
@Execution(ExecutionMode.CONCURRENT)
class KilledIT {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir
  private Path folder;
  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void end() throws Exception {
    for (var process : started) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().waitFor();
    }
    try (var data = DataFolder.hold(folder.resolve("data"))) {
      data.endOrphanedPostgresql(); // where the test ended before CTS could
    }
  }

  @Test
  void what_is_known_survives_a_kill_and_is_served_without_an_upstream() throws Exception {
    var layout = SmallLayout.write(folder.resolve("layout"));
    var before = start();
    before.send("PUT", "v1/nodes/edge-7",
        "{\"engine\": \"containerd-2.1.9\", \"source\": \"stated\", \"bandwidthMbps\": 20}");
    var pull = JSON.readTree(before.send("POST", "v1/pulls", "{\"image\": \"kill.local/app:1\"}"))
        .path("id")
        .stringValue();
    await().atMost(PATIENCE).until(() -> before.get("v1/pulls/" + pull).path("state").asString("").equals("ready"));
    var manifest = before.fetch("manifests/1");
    assertThat(Digest.sha256(before.fetch("blobs/" + layout.layer()))).isEqualTo(layout.layer());
    var images = before.get("v1/images?image=kill.local/app:1");
    var models = before.get("v1/models");
    var topics = offsets();

    before.process().destroyForcibly().waitFor();
    FileSystemUtils.deleteRecursively(layout.folder());
    var after = start();

    assertThat(after.get("v1/pulls/" + pull).path("state").asString("")).isIn("ready", "served");
    assertThat(after.get("v1/nodes/edge-7").path("profile").path("bandwidthMbps").asDouble()).isEqualTo(20);
    assertThat(after.get("v1/images?image=kill.local/app:1").path("layers")).isEqualTo(images.path("layers"));
    assertThat(after.get("v1/models").path("serving")).isEqualTo(models.path("serving"));
    assertThat(offsets())
        .allSatisfy((topic, end) -> assertThat(end).isGreaterThanOrEqualTo(topics.getOrDefault(topic, 0L)))
        .containsKeys(topics.keySet().toArray(TopicPartition[]::new));
    assertThat(after.fetch("manifests/1")).isEqualTo(manifest);
    assertThat(Digest.sha256(after.fetch("blobs/" + layout.layer()))).isEqualTo(layout.layer());
    assertThat(Digest.sha256(after.fetch("manifests/" + layout.manifest().digest())))
        .isEqualTo(layout.manifest().digest());

    after.process().destroy();
    assertThat(after.process().waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(after.process().exitValue()).isIn(0, 143); // SIGTERM, as a shell tells it
    assertThat(folder.resolve("data/run.json")).doesNotExist();
    assertThat(folder.resolve("data/postgres/data/postmaster.pid")).doesNotExist();
  }

  private Cts start() throws IOException {
    var ports = LoopbackPorts.free(2);
    var log = folder.resolve("up.log");
    var process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx640m",
        "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow", "-cp", System.getProperty("java.class.path"), Up.class.getName(),
        "--data", folder.resolve("data").toString(), "--api-port", "" + ports.get(0), "--registry-port",
        "" + ports.get(1), "--no-public-upstreams", "--upstream", "kill.local=oci:" + folder.resolve("layout"))
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
    started.add(process);
    var cts = new Cts(process, "http://127.0.0.1:" + ports.get(0) + "/",
        "http://127.0.0.1:" + ports.get(1) + "/v2/kill.local/app/");
    await().atMost(PATIENCE).pollInterval(Duration.ofMillis(200)).until(() -> {
      assertThat(process.isAlive()).as(() -> said(log)).isTrue();
      return Files.exists(folder.resolve("data/run.json")) && cts.isUp();
    });
    return cts;
  }

  private static String said(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private record Cts(Process process, String api, String registry) {

    boolean isUp() throws InterruptedException {
      try {
        return get("actuator/health").path("status").asString("").equals("UP");
      } catch (IOException e) {
        return false; // what the killed one left says that it runs
      }
    }

    JsonNode get(String path) throws IOException, InterruptedException {
      var answer = HTTP.send(HttpRequest.newBuilder(URI.create(api + path)).build(), BodyHandlers.ofString());
      return JSON.readTree(answer.body());
    }

    String send(String method, String path, String body) throws IOException, InterruptedException {
      var request = HttpRequest.newBuilder(URI.create(api + path))
          .header("Content-Type", "application/json")
          .method(method, HttpRequest.BodyPublishers.ofString(body))
          .build();
      HttpResponse<String> answer = HTTP.send(request, BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
      return answer.body();
    }

    byte[] fetch(String path) throws IOException, InterruptedException {
      var request = HttpRequest.newBuilder(URI.create(registry + path))
          .header("User-Agent", "containerd/2.1.9")
          .build();
      var answer = HTTP.send(request, BodyHandlers.ofByteArray());
      assertThat(answer.statusCode()).as(new String(answer.body(), UTF_8)).isEqualTo(200);
      return answer.body();
    }
  }

  /** Where each partition of our topics ends. */
  private Map<TopicPartition, Long> offsets() throws IOException, InterruptedException, ExecutionException {
    var kafka = JSON.readTree(Files.readString(folder.resolve("data/run.json"))).path("kafka").stringValue();
    try (var admin = Admin.create(Map.of("bootstrap.servers", kafka))) {
      List<String> names = admin.listTopics().names().get().stream().filter(it -> it.startsWith("cts.")).toList();
      var wanted = new HashMap<TopicPartition, OffsetSpec>();
      for (var topic : new ArrayList<>(admin.describeTopics(names).allTopicNames().get().values())) {
        topic.partitions()
            .forEach(it -> wanted.put(new TopicPartition(topic.name(), it.partition()), OffsetSpec.latest()));
      }
      var ends = new HashMap<TopicPartition, Long>();
      admin.listOffsets(wanted).all().get().forEach((partition, end) -> ends.put(partition, end.offset()));
      return ends;
    }
  }
}
