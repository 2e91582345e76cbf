package io.cts.client.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OneReadTest {
  private static final int SIZE = 3_000_000;
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/blob", exchange -> {
      exchange.sendResponseHeaders(200, SIZE);
      exchange.getResponseBody().write(new byte[SIZE]);
      exchange.close();
    });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void a_blob_is_read_to_its_end() throws IOException {
    assertThat(new OneRead().of(address("blob"), SIZE)).isPositive();
  }

  @Test
  void fewer_bytes_than_there_should_be_are_an_error() {
    assertThatThrownBy(() -> new OneRead().of(address("blob"), SIZE + 1)).hasMessageContaining("1 bytes to come");
  }

  @Test
  void an_error_is_no_blob() {
    assertThatThrownBy(() -> new OneRead().of(address("nothing"), SIZE)).hasMessageContaining("404");
  }

  private URI address(String path) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/" + path);
  }
}
