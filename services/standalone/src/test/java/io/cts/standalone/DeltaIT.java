package io.cts.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.cts.contract.Digest;
import io.cts.delta.FileLayer;
import io.cts.delta.MalformedDelta;
import io.cts.delta.apply.DeltaApplier;
import io.cts.embedded.LoopbackPorts;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An update that travels as a delta, through all six services. */
class DeltaIT {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final String CODINGS = "cts-delta, zstd, lz4, gzip";

  private final AtomicInteger asked = new AtomicInteger();
  private String api = "";
  private String registry = "";

  @Test
  void an_agent_that_holds_the_old_layer_gets_the_new_one_as_the_difference(@TempDir Path folder) throws Exception {
    var contents = new LinkedHashMap<String, String>();
    contents.put("app:1", letters(1, 3_000_000));
    contents.put("app:2", letters(1, 3_000_000) + "and one line more\n");
    var images = SmallLayout.write(folder.resolve("layout"), contents);
    var older = images.get(0).diffId();
    var newer = images.get(1).diffId();
    var ports = LoopbackPorts.free(2);
    var settings = new Settings(folder.resolve("data"), ports.get(0), ports.get(1),
        Map.of("demo.local", "oci:" + folder.resolve("layout")), false, "1GB", true);
    api = "http://127.0.0.1:" + ports.get(0);
    registry = "http://127.0.0.1:" + ports.get(1);
    try (var _ = Standalone.start(settings)) {
      var token = enrol();
      announce("app:1");
      manifest("1", token);
      var old = patiently().until(() -> layer(older, token, "identity"), it -> it.statusCode() == 200);
      Files.write(folder.resolve("old.tar"), old.body());
      holds(token, older);
      var stranger = enrol();
      holds(stranger, older); // and was never served it

      var pull = announce("app:2");
      manifest("2", token);
      var delta = patiently()
          .until(() -> layer(newer, token, CODINGS), it -> coding(it).equals("cts-delta"));

      assertThat(delta.body().length).isLessThan(old.body().length / 100);
      patiently().until(() -> story(pull),
          it -> Pattern.compile("\"delta\" *: *\"(quick|dense)\", *\"wireBytes\" *: *" + delta.body().length)
              .matcher(it)
              .find());
      assertThat(delta.headers().firstValue("Cache-Control").orElse("")).contains("private");
      var made = new ByteArrayOutputStream();
      var applier = new DeltaApplier(diffId -> {
        assertThat(diffId).isEqualTo(older);
        return new FileLayer(folder.resolve("old.tar"));
      });
      applier.apply(new ByteArrayInputStream(delta.body()), newer, made);
      assertThat(Digest.sha256(made.toByteArray())).isEqualTo(newer);

      delta.body()[delta.body().length / 2] ^= 1;
      assertThatExceptionOfType(MalformedDelta.class).isThrownBy(
          () -> applier.apply(new ByteArrayInputStream(delta.body()), newer, OutputStream.nullOutputStream()));
      assertThat(coding(layer(newer, stranger, CODINGS))).isNotEqualTo("cts-delta");
      assertThat(coding(layer(newer, token, "zstd, lz4, gzip"))).isNotEqualTo("cts-delta");
      holds(token); // the base has vanished
      assertThat(coding(layer(newer, token, CODINGS))).isNotEqualTo("cts-delta");
    }
  }

  /** A service makes good what goes wrong on one of its threads: only what this test sees counts. */
  private static ConditionFactory patiently() {
    return await().dontCatchUncaughtExceptions().atMost(PATIENCE);
  }

  /** Returns the pull's name. */
  private String announce(String image) throws Exception {
    var answer = send(HttpRequest.newBuilder(URI.create(api + "/v1/pulls"))
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString("{\"image\": \"demo.local/" + image + "\"}")));
    assertThat(answer.statusCode()).isBetween(200, 299);
    var id = Pattern.compile("\"id\" *: *\"([^\"]+)\"").matcher(new String(answer.body(), UTF_8));
    assertThat(id.find()).isTrue();
    return id.group(1);
  }

  private String story(String pull) throws Exception {
    return new String(send(HttpRequest.newBuilder(URI.create(api + "/v1/pulls/" + pull))).body(), UTF_8);
  }

  private String enrol() throws Exception {
    var answer = send(HttpRequest.newBuilder(URI.create(registry + "/v1/agents")).POST(BodyPublishers.noBody()));
    assertThat(answer.statusCode()).isEqualTo(201);
    var token = Pattern.compile("\"token\" *: *\"([^\"]+)\"").matcher(new String(answer.body(), UTF_8));
    assertThat(token.find()).isTrue();
    return token.group(1);
  }

  private void holds(String token, Digest... layers) throws Exception {
    var named = layers.length == 0 ? "" : '"' + layers[0].toString() + '"';
    var answer = send(HttpRequest.newBuilder(URI.create(registry + "/v1/agents/inventory"))
        .header("CTS-Agent", token)
        .PUT(BodyPublishers.ofString("{\"layers\": [" + named + "]}")));
    assertThat(answer.statusCode()).isEqualTo(204);
  }

  private void manifest(String tag, String token) throws Exception {
    var answer = get("/v2/demo.local/app/manifests/" + tag, token, "identity");
    assertThat(answer.statusCode()).isEqualTo(200);
  }

  private HttpResponse<byte[]> layer(Digest diffId, String token, String codings) throws Exception {
    return get("/v2/demo.local/app/blobs/" + diffId, token, codings);
  }

  private HttpResponse<byte[]> get(String path, String token, String codings) throws Exception {
    return send(HttpRequest.newBuilder(URI.create(registry + path))
        .header("User-Agent", "cts-agent/0.1")
        .header("CTS-Node", "asker-" + asked.incrementAndGet()) // each unmeasured: loopback would need no delta
        .header("CTS-Agent", token)
        .header("Accept-Encoding", codings));
  }

  private static HttpResponse<byte[]> send(HttpRequest.Builder request) throws Exception {
    return HTTP.send(request.timeout(Duration.ofMinutes(2)).build(), BodyHandlers.ofByteArray());
  }

  private static String coding(HttpResponse<byte[]> answer) {
    assertThat(answer.statusCode()).isIn(200, 404);
    return answer.headers().firstValue("Content-Encoding").orElse("identity");
  }

  private static String letters(long seed, int count) {
    var random = new Random(seed);
    var text = new StringBuilder(count);
    while (text.length() < count) {
      text.append((char) ('0' + random.nextInt(64)));
    }
    return text.toString();
  }
}
