package io.cts.probereceiver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The service as a client sees it. */
public final class Api {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final HttpClient http = HttpClient.newHttpClient();
  private final JsonMapper mapper = JsonMapper.builder().build();
  private final String base;

  public Api(int port) {
    this.base = "http://localhost:" + port;
  }

  /** An answer whose body was JSON, or empty. */
  public record Answer(HttpResponse<String> response, JsonNode json) {
    public Answer status(int expected) {
      assertThat(response.statusCode()).as(response.body()).isEqualTo(expected);
      return this;
    }

    /** Asserts that this is a problem (RFC 9457) of that kind, and gives its detail. */
    public String problem(int status, String type) {
      status(status);
      assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
      assertThat(json.path("type").asString()).as(response.body()).isEqualTo("urn:cts:problem:" + type);
      return json.path("detail").asString();
    }

    public String header(String name) {
      return response.headers().firstValue(name).orElseThrow();
    }
  }

  public HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(base + path)).timeout(PATIENCE);
  }

  public Answer get(String path) {
    return send(request(path).GET().build());
  }

  public Answer post(String path, String json) {
    return send(request(path).header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(json))
        .build());
  }

  public Answer put(String path, String json) {
    return send(request(path).header("Content-Type", "application/json")
        .PUT(HttpRequest.BodyPublishers.ofString(json))
        .build());
  }

  public Answer send(HttpRequest request) {
    var answer = answer(request, HttpResponse.BodyHandlers.ofString());
    var isJson = answer.headers().firstValue("Content-Type").orElse("").contains("json");
    return new Answer(answer, isJson ? mapper.readTree(answer.body()) : mapper.nullNode());
  }

  /** A stream of server-sent events, a line at a time; the caller closes it. */
  public BufferedReader lines(String path) {
    var answer = answer(request(path).header("Accept", "text/event-stream").build(),
        HttpResponse.BodyHandlers.ofInputStream());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/event-stream");
    return new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
  }

  private <T> HttpResponse<T> answer(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
    try {
      return http.send(request, handler);
    } catch (IOException e) {
      throw new AssertionError("no answer to " + request, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for " + request, e);
    }
  }
}
