package io.cts.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.cts.contract.CodecFamily;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ProbeCommandTest {
  private static final JsonNode NOTHING = Json.MAPPER.createObjectNode();

  private volatile JsonNode told = NOTHING;
  private volatile String toldAt = "nobody";
  private HttpServer api;

  @BeforeEach
  void start() throws IOException {
    api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    api.createContext("/v1/probe/rtt", exchange -> {
      exchange.sendResponseHeaders(204, -1);
      exchange.close();
    });
    api.createContext("/v1/probe/download", exchange -> {
      var bytes = Integer.parseInt(exchange.getRequestURI().getQuery().substring("bytes=".length()));
      exchange.sendResponseHeaders(200, bytes);
      exchange.getResponseBody().write(new byte[bytes]);
      exchange.close();
    });
    api.createContext("/v1/nodes/", exchange -> {
      toldAt = exchange.getRequestMethod() + " " + exchange.getRequestURI();
      told = Json.MAPPER.readTree(exchange.getRequestBody().readAllBytes());
      exchange.sendResponseHeaders(200, 2);
      exchange.getResponseBody().write(new byte[]{'{', '}'});
      exchange.close();
    });
    api.start();
  }

  @AfterEach
  void stop() {
    api.stop(0);
  }

  private CommandRun probe(String... more) {
    var arguments = new ArrayList<String>(List.of("probe", "--node", "edge-7", "--limit-rate",
        "20Mbit", "--cts", "http://127.0.0.1:" + api.getAddress().getPort()));
    arguments.addAll(List.of(more));
    return CommandRun.of(arguments.toArray(String[]::new));
  }

  @Test
  void cts_is_told_what_was_measured_and_nothing_else() {
    var run = probe();

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(toldAt).isEqualTo("PUT /v1/nodes/edge-7");
    var facts = told;
    assertThat(facts.path("engine").asString()).startsWith("cts-agent-");
    assertThat(facts.path("source").asString()).isEqualTo("active");
    assertThat(facts.path("bandwidthMbps").asDouble()).isPositive();
    assertThat(facts.path("decodeRates").findValuesAsString("family"))
        .containsExactly(CodecFamily.GZIP.token(), CodecFamily.ZSTD.token(), CodecFamily.LZ4.token());
    assertThat(facts.has("diskWriteMBps")).isFalse();
  }

  @Test
  void it_can_be_kept_to_oneself() {
    var run = probe("--no-report", "--json");

    assertThat(run.exitCode()).isZero();
    assertThat(told).isSameAs(NOTHING);
    assertThat(Json.MAPPER.readTree(run.out()).path("facts").path("cores").asDouble()).isPositive();
  }

  @Test
  void without_cts_it_fails_with_the_next_step() {
    api.stop(0);

    var run = probe();

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("start CTS with \"cts up\"");
  }
}
