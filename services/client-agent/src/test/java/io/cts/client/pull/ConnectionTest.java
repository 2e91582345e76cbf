package io.cts.client.pull;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.hc.core5.util.Timeout;
import org.junit.jupiter.api.Test;

class ConnectionTest {

  @Test
  void headers_of_all_requests_are_added_to_each_other() throws Exception {
    var asked = new CompletableFuture<Headers>();
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", exchange -> {
      asked.complete(exchange.getRequestHeaders());
      exchange.sendResponseHeaders(204, -1);
      exchange.close();
    });
    server.start();
    try (var connection = new Connection(Client.of("1"), 1, Timeout.ofSeconds(10))) {
      connection.always("CTS-Platform", "linux/amd64");
      connection.always("CTS-Agent", "token");

      connection.send("GET", URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/"), Map.of()).close();

      assertThat(asked.get().getFirst("CTS-Platform")).isEqualTo("linux/amd64");
      assertThat(asked.get().getFirst("CTS-Agent")).isEqualTo("token");
    } finally {
      server.stop(0);
    }
  }
}
