package io.cts.oci;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;

/** A registry on loopback that answers each path with the replies that were put down for it, the last one for ever. */
final class ScriptedRegistry implements AutoCloseable {

  /** What is sent back. */
  interface Reply {
    void send(HttpExchange exchange) throws IOException;
  }

  /** A request as it came. */
  record Seen(String method, String uri, Headers headers) {}

  private final HttpServer server;
  private final Map<String, Deque<Reply>> replies = new HashMap<>();
  private final List<Seen> seen = new ArrayList<>();

  ScriptedRegistry() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.start();
  }

  private void answer(HttpExchange exchange) throws IOException {
    Reply reply;
    synchronized (this) {
      seen.add(new Seen(exchange.getRequestMethod(), exchange.getRequestURI().toString(),
          exchange.getRequestHeaders()));
      var queue = replies.getOrDefault(exchange.getRequestURI().getPath(), new ArrayDeque<>());
      reply = queue.size() > 1 ? queue.remove() : queue.isEmpty() ? status(404, "") : queue.peek();
    }
    try (exchange) {
      reply.send(exchange);
    }
  }

  /** Answers {@code path} with these replies in turn. */
  synchronized ScriptedRegistry on(String path, Reply... inTurn) {
    replies.computeIfAbsent(path, p -> new ArrayDeque<>()).addAll(List.of(inTurn));
    return this;
  }

  synchronized List<Seen> seen() {
    return List.copyOf(seen);
  }

  int port() {
    return server.getAddress().getPort();
  }

  String url() {
    return "http://127.0.0.1:" + port();
  }

  static Reply status(int status, String body, String... headers) {
    return ok(body.getBytes(StandardCharsets.UTF_8), status, headers);
  }

  static Reply ok(byte[] body, String... headers) {
    return ok(body, 200, headers);
  }

  private static Reply ok(byte[] body, int status, String... headers) {
    return exchange -> {
      add(exchange, headers);
      if (exchange.getRequestMethod().equals("HEAD")) {
        exchange.getResponseHeaders().set("Content-Length", String.valueOf(body.length));
        exchange.sendResponseHeaders(status, -1);
        return;
      }
      exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    };
  }

  /** Promises the whole body and breaks off after {@code length} bytes. */
  static Reply cutAfter(int length, byte[] body) {
    return exchange -> {
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body, 0, length);
      exchange.getResponseBody().flush();
    };
  }

  /** The rest of the body that Range asks for. */
  static Reply range(byte[] body) {
    return exchange -> {
      var range = exchange.getRequestHeaders().getFirst("Range");
      var from = Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
      add(exchange, "Content-Range", "bytes " + from + "-" + (body.length - 1) + "/" + body.length);
      exchange.sendResponseHeaders(206, body.length - from);
      exchange.getResponseBody().write(body, from, body.length - from);
    };
  }

  private static void add(HttpExchange exchange, String... headers) {
    for (var i = 0; i < headers.length; i += 2) {
      exchange.getResponseHeaders().add(headers[i], headers[i + 1]);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
