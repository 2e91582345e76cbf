package io.cts.client.probe;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.cts.client.pull.RateLimit;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LinkProbeTest {
  private final AtomicInteger refusals = new AtomicInteger();
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger mostAtOnce = new AtomicInteger();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private HttpServer api;

  @BeforeEach
  void start() throws IOException {
    api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    api.createContext("/v1/probe/download", this::download);
    api.setExecutor(threads);
    api.start();
  }

  @AfterEach
  void stop() {
    api.stop(0);
    threads.shutdownNow();
  }

  private void download(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (refusals.getAndDecrement() > 0) {
        exchange.sendResponseHeaders(429, -1);
        return;
      }
      mostAtOnce.accumulateAndGet(running.incrementAndGet(), Math::max);
      try {
        var bytes = Integer.parseInt(exchange.getRequestURI().getQuery().substring("bytes=".length()));
        exchange.sendResponseHeaders(200, bytes);
        exchange.getResponseBody().write(new byte[bytes]);
      } finally {
        running.decrementAndGet();
      }
    }
  }

  private LinkProbe probe(double mbit) {
    return new LinkProbe(URI.create("http://127.0.0.1:" + api.getAddress().getPort() + "/"), new RateLimit(mbit));
  }

  @Test
  void a_link_is_measured_with_one_stream_and_with_several_that_share_it() throws IOException {
    var measured = probe(50).download();

    assertThat(measured.one().isLowerBound()).isFalse();
    assertThat(measured.one().mbps()).isBetween(10.0, 60.0);
    assertThat(measured.several().mbps()).isBetween(10.0, 60.0);
    assertThat(mostAtOnce.get()).isBetween(2, LinkProbe.STREAMS);
    assertThat(measured.best().mbps()).isEqualTo(Math.max(measured.one().mbps(), measured.several().mbps()));
  }

  @Test
  void a_node_waits_its_turn_while_others_measure() throws IOException {
    refusals.set(1);

    assertThat(probe(200).download().one().mbps()).isPositive();
  }
}
