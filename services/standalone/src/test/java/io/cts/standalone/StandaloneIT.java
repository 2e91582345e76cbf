package io.cts.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cts.embedded.LoopbackPorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All six services in this JVM, as {@code cts up} starts them. */
class StandaloneIT {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @Test
  void all_is_up_and_what_was_said_is_there_again_after_a_restart(@TempDir Path data) throws Exception {
    var ports = LoopbackPorts.free(2);
    var settings = new Settings(data, ports.get(0), ports.get(1), Map.of(), false, "1GB", true);
    var api = "http://127.0.0.1:" + ports.get(0);
    try (var _ = Standalone.start(settings)) {
      assertThat(get(api + "/actuator/health").body()).contains("\"status\":\"UP\"");
      assertThat(get("http://127.0.0.1:" + ports.get(1) + "/v2/").statusCode()).isEqualTo(200);
      assertThat(Files.readString(data.resolve("run.json"))).contains(api.replace("127.0.0.1", "localhost"));
      assertThat(submit(api)).contains("requested");
    }
    assertThat(data.resolve("run.json")).doesNotExist();
    try (var _ = Standalone.start(settings)) {
      assertThat(get(api + "/v1/pulls").body()).contains("demo.local/app:1");
    }
  }

  @Test
  void a_port_that_is_taken_is_told_in_one_line(@TempDir Path data) throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getByName("0.0.0.0"))) {
      var settings = new Settings(data, taken.getLocalPort(), LoopbackPorts.free(1).getFirst(), Map.of(), false, "1GB",
          true);

      assertThatThrownBy(() -> Standalone.start(settings)).isInstanceOf(IOException.class)
          .hasMessageContaining("port " + taken.getLocalPort() + " is taken")
          .hasMessageContaining("--api-port");
    }
  }

  private static HttpResponse<String> get(String url) throws Exception {
    return HTTP.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
  }

  private static String submit(String api) throws Exception {
    return HTTP.send(HttpRequest.newBuilder(URI.create(api + "/v1/pulls"))
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString("{\"image\": \"demo.local/app:1\"}"))
        .build(), BodyHandlers.ofString())
        .body();
  }
}
