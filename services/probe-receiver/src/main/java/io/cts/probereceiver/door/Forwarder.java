package io.cts.probereceiver.door;

import io.cts.probereceiver.ProbeReceiverSettings;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import org.springframework.http.HttpHeaders;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Hands requests on to the service that answers them, so that clients need one address; streams both ways. */
@RestController
@Hidden // HandedOn names what is handed on
class Forwarder {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  /** Of one connection, not of the message (RFC 9110, section 7.6.1), and what the client library sets itself. */
  private static final Set<String> NOT_HANDED_ON = Set.of("connection", "keep-alive", "proxy-authenticate",
      "proxy-authorization", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "host",
      "content-length", "expect");

  private final URI decision;
  private final URI feedback;
  private final URI cache;
  private final HttpClient http;

  Forwarder(ProbeReceiverSettings settings, HttpClient http) {
    this.decision = settings.decisionUrl();
    this.feedback = settings.feedbackUrl();
    this.cache = settings.registryUrl();
    this.http = http;
  }

  @RequestMapping({"/v1/decisions", "/v1/decisions/**", "/v1/decisions:simulate"})
  void decision(HttpServletRequest request, HttpServletResponse response) throws IOException {
    forward("decision", decision, request, response);
  }

  @RequestMapping({"/v1/images", "/v1/images/**", "/v1/cache/**"})
  void cache(HttpServletRequest request, HttpServletResponse response) throws IOException {
    forward("cache", cache, request, response);
  }

  @RequestMapping({"/v1/models", "/v1/models/**", "/v1/models:refit", "/v1/scoreboard", "/v1/scoreboard/**"})
  void feedback(HttpServletRequest request, HttpServletResponse response) throws IOException {
    forward("feedback-collector", feedback, request, response);
  }

  private void forward(String service, URI base, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    var query = request.getQueryString() == null ? "" : "?" + request.getQueryString();
    var target = URI.create(base.toString().replaceAll("/+$", "") + request.getRequestURI() + query);
    var answer = answer(service, target, request);
    response.setStatus(answer.statusCode());
    answer.headers().map().forEach((name, values) -> {
      if (!NOT_HANDED_ON.contains(name.toLowerCase(Locale.ROOT))) {
        values.forEach(value -> response.addHeader(name, value));
      }
    });
    answer.headers().firstValueAsLong(HttpHeaders.CONTENT_LENGTH).ifPresent(response::setContentLengthLong);
    try (var body = answer.body()) {
      body.transferTo(response.getOutputStream());
    }
  }

  private HttpResponse<InputStream> answer(String service, URI target, HttpServletRequest request) {
    var onward = HttpRequest.newBuilder(target).timeout(PATIENCE).method(request.getMethod(), body(request));
    request.getHeaderNames().asIterator().forEachRemaining(name -> {
      if (!NOT_HANDED_ON.contains(name.toLowerCase(Locale.ROOT))) {
        request.getHeaders(name).asIterator().forEachRemaining(value -> onward.header(name, value));
      }
    });
    try {
      return http.send(onward.build(), HttpResponse.BodyHandlers.ofInputStream());
    } catch (IOException e) {
      throw new Refused(Problem.SERVICE_AWAY, "tried to hand " + request.getMethod() + " " + request.getRequestURI()
          + " on to " + service + " at " + target.getAuthority() + ", but it did not answer (" + why(e)
          + "): is it running, and is its address set right?", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new IOException("stopped while waiting for " + service, e));
    }
  }

  private static HttpRequest.BodyPublisher body(HttpServletRequest request) {
    var hasBody = request.getContentLengthLong() > 0 || request.getHeader(HttpHeaders.TRANSFER_ENCODING) != null;
    if (!hasBody) {
      return HttpRequest.BodyPublishers.noBody();
    }
    var stream = HttpRequest.BodyPublishers.ofInputStream(() -> {
      try {
        return request.getInputStream();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    });
    return request.getContentLengthLong() > 0
        ? HttpRequest.BodyPublishers.fromPublisher(stream, request.getContentLengthLong())
        : stream;
  }

  private static String why(IOException cause) {
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }
}
