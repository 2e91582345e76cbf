package io.cts.probereceiver.door;

import io.cts.probereceiver.ProbeReceiverSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Whether the other services answer, so that one address tells of all. */
@Component("services")
class ServicesHealth implements HealthIndicator {
  private static final String UP = "UP";
  private static final String DEGRADED = "DEGRADED";
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final List<URI> dependsOn;
  private final HttpClient http;
  private final JsonMapper json;

  ServicesHealth(ProbeReceiverSettings settings, HttpClient http, JsonMapper json) {
    this.json = json;
    this.dependsOn = settings.dependsOn();
    this.http = http;
  }

  @Override
  public Health health() {
    var answers = new LinkedHashMap<URI, CompletableFuture<String>>();
    dependsOn.forEach(url -> answers.put(url, ask(url)));
    var health = Health.up();
    var worst = UP;
    for (var answer : answers.entrySet()) {
      var said = answer.getValue().join();
      health.withDetail(answer.getKey().toString(), said);
      worst = worst.equals(UP) || !said.equals(UP) && !said.equals(DEGRADED) ? said : worst;
    }
    return (switch (worst) {
      case UP -> health;
      case DEGRADED -> health.status(DEGRADED);
      default -> health.down();
    }).build();
  }

  private CompletableFuture<String> ask(URI url) {
    var request = HttpRequest.newBuilder(url).timeout(PATIENCE).GET().build();
    return http.sendAsync(request, HttpResponse.BodyHandlers.ofString())
        .handle((answer, broken) -> broken == null ? said(answer) : "does not answer: " + why(broken));
  }

  /** A service that does part of its work without its neighbours says so in the body and answers 200. */
  private String said(HttpResponse<String> answer) {
    if (answer.statusCode() != 200) {
      return "answers " + answer.statusCode();
    }
    try {
      return json.readTree(answer.body()).path("status").asString(UP);
    } catch (JacksonException e) {
      return UP; // it need not be a service of ours
    }
  }

  private static String why(Throwable broken) {
    var cause = broken.getCause() instanceof IOException io ? io : broken;
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }
}
