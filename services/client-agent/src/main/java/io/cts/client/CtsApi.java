package io.cts.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Asks CTS's HTTP API. {@code HttpURLConnection} because it costs a short command the least time to start. */
public final class CtsApi {
  /** The most that CTS gives at once. */
  public static final int LARGEST_PAGE = 200;
  private static final int CONNECT_MILLIS = 3_000;
  private static final int SILENCE_MILLIS = 30_000;

  private final URI base;

  /** @param base with a slash at the end */
  public CtsApi(URI base) {
    this.base = base;
  }

  public URI base() {
    return base;
  }

  /** Text as a segment of a path or a value in a query. */
  public static String segment(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20").replace("%7E", "~");
  }

  /** The items of a list, page after page, {@code most} at most. */
  public List<JsonNode> pages(String path, int most) throws CommandFailed {
    var items = new ArrayList<JsonNode>();
    for (String next = path; next != null && items.size() < most;) {
      var page = get(next);
      page.path("items").forEach(items::add);
      next = page.path("next").isString() ? page.path("next").stringValue().substring(1) : null;
    }
    return items.subList(0, Math.min(most, items.size()));
  }

  public JsonNode get(String path) throws CommandFailed {
    return json("GET", path, null);
  }

  public JsonNode post(String path, Object body) throws CommandFailed {
    return json("POST", path, body);
  }

  public JsonNode put(String path, Object body) throws CommandFailed {
    return json("PUT", path, body);
  }

  /** The body of an answer as it comes, such as server-sent events. The caller closes it; it may be silent for long. */
  public InputStream stream(String path) throws CommandFailed {
    try {
      var connection = open("GET", path);
      connection.setReadTimeout(0);
      return answered("GET", path, connection);
    } catch (IOException e) {
      throw unreachable("GET", path, e);
    }
  }

  /** The body of an answer that is plain text, such as a service's meters. */
  public String text(String path) throws CommandFailed {
    try {
      var connection = open("GET", path);
      connection.setRequestProperty("Accept", "text/plain");
      try (var in = answered("GET", path, connection)) {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
      }
    } catch (IOException e) {
      throw unreachable("GET", path, e);
    }
  }

  private JsonNode json(String method, String path, @Nullable Object body) throws CommandFailed {
    try {
      var connection = open(method, path);
      if (body != null) {
        connection.setDoOutput(true);
        connection.setRequestProperty("Content-Type", "application/json");
        try (var out = connection.getOutputStream()) {
          out.write(Json.MAPPER.writeValueAsBytes(body));
        }
      }
      try (var in = answered(method, path, connection)) {
        return Json.MAPPER.readTree(in.readAllBytes());
      }
    } catch (IOException e) {
      throw unreachable(method, path, e);
    } catch (JacksonException e) {
      throw new CommandFailed("tried to " + method + " " + base.resolve(path)
          + " but the answer is no JSON; is that address CTS? (--api)", e);
    }
  }

  /** @param path relative, such as {@code v1/pulls} */
  private HttpURLConnection open(String method, String path) throws IOException {
    var connection = (HttpURLConnection) base.resolve(path).toURL().openConnection();
    connection.setRequestMethod(method);
    connection.setConnectTimeout(CONNECT_MILLIS);
    connection.setReadTimeout(SILENCE_MILLIS);
    connection.setRequestProperty("User-Agent", "cts-agent/" + Version.text());
    connection.setRequestProperty("Accept", "application/json, application/problem+json, text/event-stream");
    return connection;
  }

  private InputStream answered(String method, String path, HttpURLConnection connection)
      throws IOException, CommandFailed {
    var status = connection.getResponseCode();
    if (status < 400) {
      return connection.getInputStream();
    }
    throw new CommandFailed(Cts.REFUSED, refusal(method, path, connection, status));
  }

  /** CTS says what was wrong in the {@code detail} of a problem (RFC 9457). */
  private String refusal(String method, String path, HttpURLConnection connection, int status) throws IOException {
    try (var error = connection.getErrorStream()) {
      if (error != null) {
        var problem = Json.MAPPER.readTree(error.readAllBytes());
        if (problem.path("detail").isString()) {
          return problem.path("detail").stringValue();
        }
      }
    } catch (JacksonException e) {
      // a proxy's page: the status says enough
    }
    return "tried to " + method + " " + base.resolve(path) + " but CTS answered " + status
        + "; its log says more";
  }

  private CommandFailed unreachable(String method, String path, IOException e) {
    return new CommandFailed(Cts.UNREACHABLE, "cannot reach CTS at " + base + " to " + method + " " + path + " ("
        + e.getMessage() + "): is it running? start CTS with \"cts up\", or say where it is with --api or CTS_API", e);
  }
}
