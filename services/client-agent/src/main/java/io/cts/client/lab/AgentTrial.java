package io.cts.client.lab;

import io.cts.client.CommandFailed;
import io.cts.client.CtsApi;
import io.cts.client.Version;
import io.cts.client.pull.Client;
import io.cts.client.pull.Connection;
import io.cts.client.pull.Reply;
import io.cts.client.sandbox.Announcement;
import io.cts.client.sandbox.ImageMaker;
import io.cts.client.sandbox.MadeImage;
import io.cts.client.sandbox.RunningCts;
import io.cts.client.sandbox.WorkFolder;
import io.cts.contract.Digest;
import io.cts.contract.ImageRef;
import io.cts.contract.NodeId;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hc.core5.util.Timeout;
import tools.jackson.databind.json.JsonMapper;

/**
 * podman on a limited client, which pulls through an agent beside it, and straight from the registry that the images come
 * from. Each has a store of its own. The agent runs on from pull to pull, as a machine's does.
 */
final class AgentTrial implements AutoCloseable {
  static final String UPSTREAM = "lab.local";
  private static final int AGENT_PORT = 65001;
  private static final Duration PATIENCE = Duration.ofMinutes(30);
  private static final long DELTA_NANOS = Duration.ofMinutes(2).toNanos();
  private static final long DENSE_NANOS = Duration.ofMinutes(5).toNanos();
  /** Of smaller quick deltas CTS makes no dense ones. */
  private static final long DENSE_FROM_BYTES = 256 << 10;
  private static final long POLL_MILLIS = 500;

  private final RunningCts cts;
  private final DockerRegistry registry;
  private final NodeId node;
  private final LimitedClient client;
  private final Path home;
  private final Path run;
  private final Path store;
  private final String straightRegistry;
  private final Connection connection;

  /** What one pull took. */
  record Pulled(double seconds, long wireBytes) {}

  AgentTrial(RunningCts cts, DockerRegistry registry, LimitedClient client, WorkFolder work, NodeId node, Path launcher)
      throws IOException, CommandFailed {
    this.cts = cts;
    this.registry = registry;
    this.node = node;
    this.client = client;
    this.home = Files.createDirectories(work.resolve(node.toString()));
    this.run = Files.createTempDirectory(Path.of("/tmp"), "cts-"); // podman takes no path of more than 50 characters
    this.store = home.resolve("store");
    Files.writeString(Files.createDirectories(home.resolve(".config/containers")).resolve("policy.json"),
        "{\"default\":[{\"type\":\"insecureAcceptAnything\"}]}");
    this.straightRegistry = client.far(registry.address().getPort());
    var ctsRegistry = client.far(cts.registry().getPort());
    var api = client.far(cts.api().getPort());
    var farCts = " --registry http://" + ctsRegistry + " --api http://" + api + " --node " + node;
    client.awaitAnswer("http://" + api + "/actuator/health");
    client.awaitAnswer("http://" + ctsRegistry + "/v2/");
    client.run(launcher + " probe" + farCts + " --store " + home);
    client.run(
        launcher + " agent --no-probe --listen 127.0.0.1:" + AGENT_PORT + farCts + " --store " + store + " --upstream "
            + UPSTREAM + "=http://" + straightRegistry + " &");
    client.awaitAnswer("http://127.0.0.1:" + AGENT_PORT + "/v2/");
    this.connection = new Connection(Client.of(Version.text()).named(node), 4, Timeout.ofSeconds(60));
  }

  /** What CTS knows of this client, as it measured itself. */
  String profile() throws CommandFailed {
    var profile = new CtsApi(cts.api()).get("v1/nodes/" + node).path("profile");
    var rates = new StringBuilder();
    profile.path("decodeRates")
        .forEach(rate -> rates.append(String.format(Locale.ROOT, ", %s %.0f MB/s", rate.path("family").asString(),
            rate.path("mbps").asDouble())));
    return String.format(Locale.ROOT, "%.1f Mbit/s, %.0f ms, %.2f cores%s", profile.path("bandwidthMbps").asDouble(),
        profile.path("rttMillis").asDouble(), profile.path("cores").asDouble(), rates);
  }

  /** Until CTS has done what it does when nobody waits. */
  void awaitRest() throws CommandFailed {
    new ProcessUse(cts.processId()).awaitQuiet(PATIENCE);
  }

  void announce(MadeImage image) throws CommandFailed {
    var api = new CtsApi(cts.api());
    Announcement.make(api, ImageRef.parse(UPSTREAM + "/" + image.name()), ImageMaker.platform(), node)
        .awaitReady(api, PATIENCE);
  }

  Pulled throughAgent(MadeImage image) throws IOException, CommandFailed {
    return pull("agent", "127.0.0.1:" + AGENT_PORT + "/" + UPSTREAM, image);
  }

  Pulled straight(MadeImage image) throws IOException, CommandFailed {
    return pull("straight", straightRegistry, image);
  }

  private Pulled pull(String road, String from, MadeImage image) throws IOException, CommandFailed {
    var name = from + "/" + image.name();
    var before = client.receivedBytes();
    var seconds = client.run(podman(road) + " pull --quiet --tls-verify=false " + name);
    var bytes = client.receivedBytes() - before;
    client.run("test \"$(" + podman(road) + " image inspect --format '{{.Id}}' " + name + ")\" = "
        + image.config().hex());
    return new Pulled(seconds, bytes);
  }

  private String podman(String road) {
    return "env HOME=" + home + " podman --root " + home.resolve(road + "-data") + " --runroot "
        + run.resolve(road)
        + " --storage-driver overlay --cgroup-manager cgroupfs --events-backend none";
  }

  /** The engines forget all images but {@code kept}, and the agent all layers that came since it held {@code layers}. */
  void forget(List<MadeImage> kept, Set<String> layers) throws IOException, CommandFailed {
    for (var road : List.of("agent", "straight")) {
      var others = kept.isEmpty()
          ? " rmi --all --force"
          : " rmi --force $(" + podman(road) + " images --quiet --no-trunc"
              + " | grep -v " + kept.stream().map(it -> "-e " + it.config().hex()).collect(Collectors.joining(" "))
              + ")";
      client.run(podman(road) + others + " || true");
    }
    for (var file : held()) {
      if (!layers.contains(file)) {
        Files.deleteIfExists(store.resolve("blobs").resolve(file));
      }
    }
    pause(2 * POLL_MILLIS); // what the agent says of its store by itself is on its way by then
    var digests = layers.stream()
        .map(file -> file.substring(0, file.lastIndexOf('.')).replaceFirst("-", ":"))
        .toList();
    try (var reply = connection.send("PUT", cts.registry().resolve("v1/agents/inventory"), agentHeaders(),
        JsonMapper.shared().writeValueAsBytes(Map.of("layers", digests)))) {
      if (reply.status() != 204) {
        throw new CommandFailed("tried to tell CTS what the agent holds but it answered " + reply.status());
      }
    }
  }

  /** Files of the agent's store. */
  Set<String> held() throws IOException {
    try (Stream<Path> files = Files.list(store.resolve("blobs"))) {
      return files.map(file -> file.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private Map<String, String> agentHeaders() throws IOException {
    var token = JsonMapper.shared().readTree(Files.readString(store.resolve("agent.json"))).path("token").asString();
    return Map.of("CTS-Agent", token, "Content-Type", "application/json", "Accept-Encoding",
        "cts-delta, zstd, lz4, gzip");
  }

  /** Waits until the image's changed layer is offered as the best delta that is to be had, and says what is offered. */
  String awaitDelta(MadeImage image) throws IOException, CommandFailed {
    var uri = cts.registry()
        .resolve("v2/" + UPSTREAM + "/" + image.name().substring(0, image.name().indexOf(':')) + "/blobs/"
            + diffIds(image).get(1));
    var began = System.nanoTime();
    while (true) {
      var offered = "nothing";
      var isWorthDense = false;
      try (var reply = connection.send("GET", uri, agentHeaders())) {
        if (reply.status() == 200) {
          offered = described(reply);
          isWorthDense = offered.startsWith("delta") && length(reply) >= DENSE_FROM_BYTES;
        }
      }
      var waited = System.nanoTime() - began;
      if (offered.startsWith("delta-dense") || offered.startsWith("delta") && !isWorthDense
          || waited > (isWorthDense ? DENSE_NANOS : DELTA_NANOS)) {
        return offered;
      }
      pause(POLL_MILLIS);
    }
  }

  private static long length(Reply reply) {
    return reply.header("Content-Length") instanceof String length ? Long.parseLong(length) : Long.MAX_VALUE;
  }

  private static String described(Reply reply) {
    return reply.header("CTS-Encoding") + ", " + reply.header("Content-Length") + " bytes";
  }

  private List<Digest> diffIds(MadeImage image) throws IOException {
    var blob = URI.create(registry.address() + "v2/" + image.name().substring(0, image.name().indexOf(':')) + "/blobs/"
        + image.config());
    var ids = new ArrayList<Digest>();
    try (var in = blob.toURL().openStream()) {
      JsonMapper.shared()
          .readTree(new String(in.readAllBytes(), StandardCharsets.UTF_8))
          .path("rootfs")
          .path("diff_ids")
          .forEach(id -> ids.add(Digest.parse(id.asString())));
    }
    return ids;
  }

  private static void pause(long millis) throws CommandFailed {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailed("measuring was given up", e);
    }
  }

  @Override
  public void close() throws IOException, CommandFailed {
    connection.close();
    // podman's overlay mounts of its own folders would keep them from being removed
    for (var road : List.of("agent", "straight")) {
      client.run(podman(road) + " rmi --all --force || true");
      client.run("umount " + home.resolve(road + "-data") + "/overlay 2>/dev/null || true");
      client.run("rm -rf " + home.resolve(road + "-data"));
    }
    client.run("rm -rf " + run);
  }
}
