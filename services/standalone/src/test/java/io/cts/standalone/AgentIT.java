package io.cts.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cts.client.Cts;
import io.cts.contract.Digest;
import io.cts.embedded.LoopbackPorts;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The agent and CTS in processes of their own, and requests as engines make them. */
@Execution(ExecutionMode.CONCURRENT)
class AgentIT {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final int LINES = 400_000;
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
      data.endOrphanedPostgresql();
    }
  }

  @Test
  void an_engine_pulls_through_the_agent_and_goes_on_when_cts_is_killed_in_the_middle() throws Exception {
    var layout = SmallLayout.write(folder.resolve("layout"), Map.of("app:1", text())).getFirst();
    var registryPort = startCts();
    makeReady("1");
    var diffId = layout.diffId();

    try (var relay = new HaltingRelay(registryPort)) {
      relay.allow(1 << 28);
      var agent = startAgent("one", relay.port(), "--no-probe");
      var manifest = pulledLikeDocker(agent, layout, diffId);
      assertThat(pulledLikeContainerd(agent)).isEqualTo(manifest);
      isRefusedInTheSpecificationsWords(agent);
    }

    try (var relay = new HaltingRelay(registryPort)) {
      relay.allow(500_000); // manifests, and the beginning of the layer
      var agent = startAgent("two", relay.port(), "--no-probe");
      assertThat(get(agent + "v2/kill.local/app/manifests/1").headers().firstValue("CTS-Form")).contains("plain");
      var first = CompletableFuture.supplyAsync(() -> digestOf(agent, diffId));
      var second = CompletableFuture.supplyAsync(() -> digestOf(agent, diffId));
      await().atMost(PATIENCE).until(relay::isHalted);
      started.getFirst().destroyForcibly().waitFor();
      relay.close();

      assertThat(first.get()).isEqualTo(diffId);
      assertThat(second.get()).isEqualTo(diffId);
      assertThat(Files.readString(folder.resolve("two.log"))).contains("from CTS: ");
      // without CTS: what is in the store, and what the upstream itself has
      assertThat(digestOf(agent, diffId)).isEqualTo(diffId);
      var original = get(agent + "v2/kill.local/app/manifests/1");
      assertThat(Digest.sha256(original.body())).isEqualTo(layout.manifest().digest());
      assertThat(digestOf(agent, layout.layer())).isEqualTo(layout.layer());
      var absent = get(agent + "v2/kill.local/app/manifests/absent");
      assertThat(absent.statusCode()).isEqualTo(404);
      assertThat(new String(absent.body(), UTF_8)).contains("MANIFEST_UNKNOWN", "CTS at ", "without it: ", "absent");
    }
  }

  @Test
  void a_first_pull_is_encoded_while_it_comes_and_goes_on_where_it_broke_off() throws Exception {
    var layout = SmallLayout.write(folder.resolve("layout"), Map.of("app:1", text())).getFirst();
    try (var relay = new HaltingRelay(startCts())) {
      relay.allow(500_000); // manifests, and the beginning of the layer
      var agent = startAgent("first", relay.port(), "--no-probe");
      var tag = agent + "v2/kill.local/app/manifests/1";
      await().atMost(PATIENCE).until(() -> isPlain(send(HttpRequest.newBuilder(URI.create(tag)).HEAD())));
      assertThat(isPlain(get(tag))).isTrue();

      var layer = CompletableFuture.supplyAsync(() -> digestOf(agent, layout.diffId()));
      await().atMost(PATIENCE).until(relay::isHalted);
      relay.breakOff();

      assertThat(layer.get()).isEqualTo(layout.diffId());
      assertThat(Files.readString(folder.resolve("first.log"))).doesNotContain("from CTS");
    }
  }

  private static boolean isPlain(HttpResponse<byte[]> manifest) {
    return manifest.headers().firstValue("CTS-Form").orElse("").equals("plain");
  }

  @Test
  void a_delta_builds_upon_what_the_engine_holds_and_one_whose_base_is_gone_or_damaged_is_made_good() throws Exception {
    var images = SmallLayout.write(folder.resolve("layout"),
        new TreeMap<>(Map.of("app:1", text(), "app:2", text() + "and more")));
    var base = images.getFirst().diffId();
    var update = images.getLast().diffId();
    var registryPort = startCts();
    makeReady("1");
    var content = Files.createDirectories(folder.resolve("content/blobs/sha256"));
    var agents = Map.of("one", startAgent("one", registryPort, "--no-probe"), "two",
        startAgent("two", registryPort, "--no-probe"), "three",
        startAgent("three", registryPort, "--no-probe", "--containerd-content", folder.resolve("content").toString()));
    for (var agent : agents.values()) {
      assertThat(get(agent + "v2/kill.local/app/manifests/1").headers().firstValue("CTS-Form")).contains("plain");
      assertThat(digestOf(agent, base)).isEqualTo(base);
    }
    makeReady("2");
    listsTagsInPages(agents.values().iterator().next());
    for (var agent : agents.entrySet()) {
      assertThat(get(agent.getValue() + "v2/kill.local/app/manifests/2").statusCode()).isEqualTo(200);
      await().atMost(PATIENCE).until(() -> isOfferedAsDelta(agent.getKey(), registryPort, update));
    }

    Files.delete(inStore("one", base));
    damage(inStore("two", base));
    Files.write(content.resolve(base.hex()), SmallLayout.tar(text().getBytes(UTF_8)));
    Files.delete(inStore("three", base));
    for (var agent : agents.entrySet()) {
      assertThat(digestOf(agent.getValue(), update)).isEqualTo(update);
      assertThat(inStore(agent.getKey(), base)).doesNotExist();
    }
    assertThat(folder.resolve("one.log")).content().contains("from CTS, with deltas,: ");
    assertThat(folder.resolve("two.log")).content().contains("from CTS, with deltas,: ");
    assertThat(folder.resolve("three.log")).content().doesNotContain("with deltas");
    await().atMost(PATIENCE).until(() -> Files.exists(inStore("three", update))); // what was made of a delta is kept
  }

  @Test
  void a_machine_that_nobody_measured_is_measured_by_its_agent() throws Exception {
    SmallLayout.write(folder.resolve("layout"), Map.of("app:1", "text"));
    startAgent("new", startCts());

    await().atMost(PATIENCE).until(() -> json("v1/nodes/new").path("profile").path("details").has("decodeRates"));
    var profile = json("v1/nodes/new").path("profile");
    assertThat(profile.path("decodeRates")).isNotEmpty();
    assertThat(profile.path("diskWriteMBps").doubleValue()).isPositive();
    await().atMost(PATIENCE).until(() -> Files.readString(folder.resolve("new.log")).contains("was measured"));
  }

  private Path inStore(String node, Digest blob) {
    return folder.resolve("store-" + node + "/blobs/sha256-" + blob.hex() + ".zstd");
  }

  /** In the middle, where frames are and not their table. */
  private static void damage(Path file) throws IOException {
    var bytes = Files.readAllBytes(file);
    Arrays.fill(bytes, bytes.length / 8, bytes.length / 4, (byte) 0x5a);
    Files.write(file, bytes);
  }

  /** Whether CTS has a delta for the agent of {@code node}; asked as that agent asks. */
  private boolean isOfferedAsDelta(String node, int registryPort, Digest layer) throws Exception {
    var identity = folder.resolve("store-" + node + "/agent.json");
    if (!Files.exists(identity)) {
      return false; // it has not enrolled yet
    }
    var answer = send(HttpRequest
        .newBuilder(URI.create("http://127.0.0.1:" + registryPort + "/v2/kill.local/app/blobs/" + layer))
        .header("CTS-Agent", JSON.readTree(Files.readString(identity)).path("token").stringValue())
        .header("CTS-Node", node)
        .header("User-Agent", "cts-agent/1")
        .header("Accept-Encoding", "cts-delta, zstd"));
    return answer.headers().firstValue("Content-Encoding").orElse("").equals("cts-delta");
  }

  /** Docker asks for the tag's digest, then by digest, then for blobs. */
  private static Digest pulledLikeDocker(String agent, SmallLayout layout, Digest diffId) throws Exception {
    assertThat(get(agent + "v2/").statusCode()).isEqualTo(200);
    var head = send(HttpRequest.newBuilder(URI.create(agent + "v2/kill.local/app/manifests/1")).HEAD());
    assertThat(head.headers().firstValue("CTS-Form")).contains("plain");
    var digest = Digest.parse(head.headers().firstValue("Docker-Content-Digest").orElseThrow());
    var manifest = get(agent + "v2/kill.local/app/manifests/" + digest);
    assertThat(Digest.sha256(manifest.body())).isEqualTo(digest);
    assertThat(JSON.readTree(manifest.body()).path("config").path("digest").asString(""))
        .isEqualTo(layout.config().toString());
    assertThat(digestOf(agent, layout.config())).isEqualTo(layout.config());
    var blob = agent + "v2/kill.local/app/blobs/" + diffId;
    var whole = get(blob);
    assertThat(Digest.sha256(whole.body())).isEqualTo(diffId);
    assertThat(whole.headers().firstValueAsLong("Content-Length")).hasValue(whole.body().length);
    var size = send(HttpRequest.newBuilder(URI.create(blob)).HEAD()).headers().firstValueAsLong("Content-Length");
    assertThat(size).hasValue(whole.body().length);
    var rest = send(HttpRequest.newBuilder(URI.create(blob)).header("Range", "bytes=1000000-"));
    assertThat(rest.statusCode()).isEqualTo(206);
    assertThat(rest.body()).isEqualTo(Arrays.copyOfRange(whole.body(), 1_000_000, whole.body().length));
    return digest;
  }

  /** Containerd names the registry beside the path. */
  private static Digest pulledLikeContainerd(String agent) throws Exception {
    var manifest = get(agent + "v2/app/manifests/1?ns=kill.local");
    assertThat(manifest.statusCode()).as(new String(manifest.body(), UTF_8)).isEqualTo(200);
    return Digest.sha256(manifest.body());
  }

  private static void isRefusedInTheSpecificationsWords(String agent) throws Exception {
    var unknown = get(agent + "v2/kill.local/app/manifests/none");
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(JSON.readTree(unknown.body()).path("errors").path(0).path("code").asString(""))
        .isEqualTo("MANIFEST_UNKNOWN");
    var pushed = send(HttpRequest.newBuilder(URI.create(agent + "v2/kill.local/app/manifests/1"))
        .PUT(HttpRequest.BodyPublishers.ofString("{}")));
    assertThat(pushed.statusCode()).isEqualTo(405);
  }

  private static void listsTagsInPages(String agent) throws Exception {
    var first = get(agent + "v2/kill.local/app/tags/list?n=1");
    assertThat(JSON.readTree(first.body()).path("tags")).extracting(JsonNode::asString).containsExactly("1");
    var next = first.headers().firstValue("Link").orElseThrow();
    assertThat(next).endsWith("; rel=\"next\"");
    var second = get(URI.create(agent).resolve(next.substring(1, next.indexOf('>'))).toString());
    assertThat(JSON.readTree(second.body()).path("tags")).extracting(JsonNode::asString).containsExactly("2");
  }

  private String api = "";

  private int startCts() throws Exception {
    var ports = LoopbackPorts.free(2);
    api = "http://127.0.0.1:" + ports.get(0) + "/";
    var process = java("up", Up.class, "--data", folder.resolve("data").toString(), "--api-port", "" + ports.get(0),
        "--registry-port", "" + ports.get(1), "--no-public-upstreams", "--upstream",
        "kill.local=oci:" + folder.resolve("layout"));
    await().atMost(PATIENCE).pollInterval(Duration.ofMillis(200)).until(() -> {
      assertThat(process.isAlive()).isTrue();
      return Files.exists(folder.resolve("data/run.json")) && isUp();
    });
    return ports.get(1);
  }

  private boolean isUp() throws InterruptedException {
    try {
      return json("actuator/health").path("status").asString("").equals("UP");
    } catch (IOException e) {
      return false; // not yet
    }
  }

  /** Always the same, and large enough to be fetched in many ranges. */
  private static String text() {
    var random = new Random(7);
    var text = new StringBuilder();
    for (var line = 0; line < LINES; line++) {
      text.append("line ").append(random.nextInt(100_000)).append('\n');
    }
    return text.toString();
  }

  /** Has the image made ready for nodes on thin links. */
  private void makeReady(String tag) throws Exception {
    for (var node : List.of("one", "two", "three")) {
      call("PUT", "v1/nodes/" + node, "{\"engine\": \"cts-agent-1\", \"source\": \"stated\", \"bandwidthMbps\": 2}");
    }
    var pull = JSON.readTree(call("POST", "v1/pulls", "{\"image\": \"kill.local/app:" + tag + "\", \"node\": \"one\"}"))
        .path("id")
        .stringValue();
    await().atMost(PATIENCE).until(() -> json("v1/pulls/" + pull).path("state").asString("").equals("ready"));
  }

  private String startAgent(String node, int registryPort, String... more) throws Exception {
    var arguments = new ArrayList<>(List.of("agent", "--json", "--listen", "127.0.0.1:0", "--registry",
        "http://127.0.0.1:" + registryPort, "--api", api, "--node", node, "--store",
        folder.resolve("store-" + node).toString(), "--upstream", "kill.local=oci:" + folder.resolve("layout")));
    arguments.addAll(List.of(more));
    java(node, Cts.class, arguments.toArray(String[]::new));
    var log = folder.resolve(node + ".log");
    await().atMost(PATIENCE).until(() -> Files.readString(log).contains("\"listen\""));
    return JSON.readTree(Files.readString(log)).path("listen").stringValue();
  }

  private Process java(String name, Class<?> main, String... arguments) throws IOException {
    var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx640m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto",
        "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-cp",
        System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    var process = new ProcessBuilder(command).redirectErrorStream(true)
        .redirectOutput(folder.resolve(name + ".log").toFile())
        .start();
    started.add(process);
    return process;
  }

  private JsonNode json(String path) throws IOException, InterruptedException {
    return JSON.readTree(HTTP.send(HttpRequest.newBuilder(URI.create(api + path)).build(), BodyHandlers.ofString())
        .body());
  }

  private String call(String method, String path, String body) throws IOException, InterruptedException {
    var answer = HTTP.send(HttpRequest.newBuilder(URI.create(api + path))
        .header("Content-Type", "application/json")
        .method(method, HttpRequest.BodyPublishers.ofString(body))
        .build(), BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
    return answer.body();
  }

  private static HttpResponse<byte[]> get(String uri) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(URI.create(uri)));
  }

  private static HttpResponse<byte[]> send(HttpRequest.Builder request) throws IOException, InterruptedException {
    return HTTP.send(request.build(), BodyHandlers.ofByteArray());
  }

  /** Of what comes for a blob. */
  private static Digest digestOf(String agent, Digest blob) {
    try {
      var answer = HTTP.send(HttpRequest.newBuilder(URI.create(agent + "v2/kill.local/app/blobs/" + blob)).build(),
          BodyHandlers.ofInputStream());
      try (InputStream body = answer.body()) {
        return Digest.sha256(body.readAllBytes());
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
