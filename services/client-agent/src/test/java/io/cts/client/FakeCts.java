package io.cts.client;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server that answers what a test says, and remembers what it was asked. */
public final class FakeCts implements AutoCloseable {
  private record Answer(int status, String type, String body) {}

  private final HttpServer server;
  private final Map<String, Answer> answers = new ConcurrentHashMap<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();

  public FakeCts() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", exchange -> {
      var question = exchange.getRequestMethod() + " " + exchange.getRequestURI();
      var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      asked.add(body.isEmpty() ? question : question + " " + body);
      var answer = answers.getOrDefault(question, new Answer(404, "text/plain", "no answer to " + question));
      var bytes = answer.body.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", answer.type);
      exchange.sendResponseHeaders(answer.status, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
      exchange.close();
    });
    server.start();
  }

  /** @param question such as {@code GET /v1/pulls} */
  public FakeCts answers(String question, int status, String json) {
    answers.put(question, new Answer(status, "application/json", json));
    return this;
  }

  public FakeCts streams(String question, String events) {
    answers.put(question, new Answer(200, "text/event-stream", events));
    return this;
  }

  public List<String> asked() {
    return List.copyOf(asked);
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** A command line that is told where this is. */
  public CommandRun run(String... arguments) {
    var all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--api", url()));
    return CommandRun.of(all.toArray(String[]::new));
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
