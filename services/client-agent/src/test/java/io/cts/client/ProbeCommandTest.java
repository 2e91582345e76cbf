package io.cts.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.cts.contract.CodecFamily;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class ProbeCommandTest {
  private static final JsonNode NOTHING = Json.MAPPER.createObjectNode();

  @TempDir
  private Path store;
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
    if (!arguments.contains("--store")) {
      arguments.addAll(List.of("--store", store.toString()));
    }
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
    assertThat(facts.path("diskWriteMBps").asDouble()).isPositive();
    assertThat(store).isEmptyDirectory();
    var details = facts.path("details");
    assertThat(details.path("decodeRates").findValuesAsString("encoding"))
        .containsExactly("gzip-1", "gzip-6", "gzip-9", "zstd-1", "zstd-3", "zstd-9", "zstd-19", "lz4-fast", "lz4-hc9");
    assertThat(details.path("link").path("shortMbps").asDouble()).isPositive();
    assertThat(details.path("link").path("streams").asInt()).isEqualTo(4);
    assertThat(details.path("link").path("severalStreamsMbps").asDouble())
        .isLessThanOrEqualTo(facts.path("bandwidthMbps").asDouble());
    assertThat(details.path("link").has("upMbps")).as("the limit would be measured instead of the link").isFalse();
    assertThat(details.path("cpu").path("logicalCores").asInt()).isPositive();
    assertThat(details.path("memoryAvailableBytes").asLong()).isBetween(1L, facts.path("memoryBytes").asLong());
    assertThat(details.path("disk").path("folder").asString()).isEqualTo(store.toString());
    assertThat(run.out()).contains("disk takes", "one stream", "4 streams", "processor");
  }

  @Test
  void a_disk_that_cannot_be_written_to_is_absent_and_the_rest_is_told() {
    var nowhere = store.resolve("nowhere");

    var run = probe("--store", nowhere.toString());

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err()).contains("what the disk takes is not known: tried to write to " + nowhere,
        "name a folder with --store");
    assertThat(told.has("diskWriteMBps")).isFalse();
    assertThat(told.path("details").has("disk")).isFalse();
    assertThat(told.path("bandwidthMbps").asDouble()).isPositive();
    assertThat(run.out()).containsPattern("disk takes +not known");
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
