package io.cts.client.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.cts.client.pull.Client;
import io.cts.client.pull.Connection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hc.core5.util.Timeout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RangesTest {
  private static final int SIZE = 5_000_000;
  private final byte[] content = new byte[SIZE];
  private final AtomicInteger requests = new AtomicInteger();
  private final Connection connection = new Connection(Client.of("1.0"), 32, Timeout.ofSeconds(20));
  private final Ranges ranges = new Ranges(connection, new LinkUse(), Duration.ofSeconds(2));
  private volatile boolean cutsEveryThird;
  private volatile int status = 206;

  @TempDir
  Path folder;
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    new Random(1).nextBytes(content);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/blob", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    connection.close();
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    var range = exchange.getRequestHeaders().getFirst("Range").substring("bytes=".length()).split("-");
    var from = Integer.parseInt(range[0]);
    var count = Integer.parseInt(range[1]) + 1 - from;
    exchange.getResponseHeaders().set("Content-Range", "bytes " + from + "-" + range[1] + "/" + SIZE);
    exchange.sendResponseHeaders(status, count);
    var cut = requests.incrementAndGet() % 3 == 0 && cutsEveryThird;
    exchange.getResponseBody().write(content, from, cut ? count / 2 : count);
    if (cut) {
      throw new IOException("cut");
    }
    exchange.close();
  }

  private long fill(Spool spool) throws IOException {
    var arrived = new AtomicLong();
    spool.totalIs(SIZE);
    ranges.fill("fetch it", URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/blob"), Map.of(), spool,
        false, arrived::addAndGet);
    return arrived.get();
  }

  @Test
  void what_is_missing_comes_in_pieces_side_by_side() throws IOException {
    try (var spool = new Spool(folder, () -> false)) {
      spool.write(0, content, 1_000);

      assertThat(fill(spool)).isEqualTo(SIZE - 1_000);

      assertThat(spool.follow().readAllBytes()).isEqualTo(content);
      assertThat(requests).hasValueGreaterThan(4);
    }
  }

  @Test
  void after_a_cut_only_what_had_not_come_is_asked_for_again() throws IOException {
    cutsEveryThird = true;
    try (var spool = new Spool(folder, () -> false)) {
      var arrived = fill(spool);

      assertThat(spool.follow().readAllBytes()).isEqualTo(content);
      assertThat(arrived).isEqualTo(SIZE); // no byte twice
    }
  }

  @Test
  void a_server_that_does_not_answer_with_the_range_is_believed_nothing() throws IOException {
    status = 200;
    try (var spool = new Spool(folder, () -> false)) {
      assertThatThrownBy(() -> fill(spool)).hasMessageContaining("tried to fetch it but bytes ")
          .hasMessageContaining("answered 200");
      assertThat(spool.isWhole()).isFalse();
    }
  }

  @Test
  void a_server_that_starts_again_costs_a_pause() throws Exception {
    var address = server.getAddress();
    server.stop(0);
    var back = Thread.ofVirtual().start(() -> {
      try {
        Thread.sleep(700);
        server = HttpServer.create(address, 0);
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException(e);
      }
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      server.createContext("/blob", this::answer);
      server.start();
    });
    try (var spool = new Spool(folder, () -> false)) {
      spool.totalIs(SIZE);
      ranges.fill("fetch it", URI.create("http://127.0.0.1:" + address.getPort() + "/blob"), Map.of(), spool, false,
          _ -> {});

      assertThat(spool.follow().readAllBytes()).isEqualTo(content);
    }
    back.join();
  }

  @Test
  void what_nobody_wants_any_more_is_not_fetched_to_its_end() throws IOException {
    try (var spool = new Spool(folder, () -> false)) {
      spool.totalIs(SIZE);
      spool.fails(new IOException("wrong"));
      assertThatThrownBy(() -> ranges.fill("fetch it",
          URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/blob"), Map.of(), spool, false, _ -> {}))
          .hasMessageContaining("nobody wants it");
    }
    assertThat(requests).hasValueLessThanOrEqualTo(4); // those that were under way, of about twenty
  }

  @Test
  void a_server_that_is_gone_ends_it() throws IOException {
    server.stop(0);
    try (var spool = new Spool(folder, () -> false)) {
      assertThatThrownBy(() -> fill(spool)).hasMessageContaining("broke off at byte ")
          .hasMessageContaining("check the link to CTS");
    }
  }
}
