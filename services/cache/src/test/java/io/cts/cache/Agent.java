package io.cts.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.cts.cache.agents.AgentId;
import io.cts.contract.Digest;
import io.cts.contract.NodeId;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** An enrolled client that keeps layers. */
record Agent(int port, AgentId id, String token) {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final String CODINGS = "cts-delta, zstd, lz4, gzip";
  private static final JsonMapper JSON = new JsonMapper();

  static Agent enrol(int port) throws Exception {
    var answer = send(HttpRequest.newBuilder(uri(port, "/v1/agents")).POST(BodyPublishers.noBody()));
    assertThat(answer.statusCode()).isEqualTo(201);
    var body = Objects.requireNonNull(JSON.readTree(answer.body()));
    return new Agent(port, new AgentId(body.get("agent").asString()), body.get("token").asString());
  }

  void holds(Digest... layers) throws Exception {
    var answer = inventory(port, token, body(Arrays.stream(layers).map(Digest::toString).toArray(String[]::new)));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
  }

  /** An inventory that may be anything. */
  static HttpResponse<String> inventory(int port, @Nullable String token, String body) throws Exception {
    var request = HttpRequest.newBuilder(uri(port, "/v1/agents/inventory")).PUT(BodyPublishers.ofString(body));
    return send(token == null ? request : request.header("CTS-Agent", token));
  }

  static String body(String... layers) {
    return Arrays.stream(layers)
        .map(layer -> '"' + layer + '"')
        .collect(Collectors.joining(", ", "{\"layers\": [", "]}"));
  }

  HttpResponse<byte[]> get(String path) throws Exception {
    return get(path, CODINGS);
  }

  HttpResponse<byte[]> get(String path, String codings) throws Exception {
    return new Client("http://127.0.0.1:" + port, "cts-agent/0.1", codings).get(path, "CTS-Agent", token);
  }

  /** @param variant whose bytes the range is of: a name, or any */
  HttpResponse<byte[]> part(String path, String variant, String range) throws Exception {
    return new Client("http://127.0.0.1:" + port, "cts-agent/0.1", CODINGS).get(path, "CTS-Agent", token, "CTS-Variant",
        variant, "Range", range);
  }

  HttpResponse<byte[]> head(String path) throws Exception {
    return new Client("http://127.0.0.1:" + port, "cts-agent/0.1", CODINGS).head(path, "CTS-Agent", token);
  }

  /** A manifest that CTS said it made from {@code original}. */
  HttpResponse<byte[]> getMade(String path, Digest original) throws Exception {
    return new Client("http://127.0.0.1:" + port, "cts-agent/0.1", CODINGS).get(path, "CTS-Agent", token,
        "CTS-Original-Digest", original.toString());
  }

  /** From a machine of that platform. */
  HttpResponse<byte[]> getFrom(String platform, String path) throws Exception {
    return new Client("http://127.0.0.1:" + port, "cts-agent/0.1", CODINGS).get(path, "CTS-Agent", token,
        "CTS-Platform", platform);
  }

  /** As a node of that name. */
  HttpResponse<byte[]> getAs(NodeId node, String path) throws Exception {
    return new Client("http://127.0.0.1:" + port, "cts-agent/0.1", CODINGS).get(path, "CTS-Agent", token, "CTS-Node",
        node.toString());
  }

  private static URI uri(int port, String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return HTTP.send(request.timeout(Duration.ofSeconds(30)).header("Content-Type", "application/json").build(),
        BodyHandlers.ofString());
  }
}
