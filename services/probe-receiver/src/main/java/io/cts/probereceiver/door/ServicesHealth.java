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

/** Whether the other services answer, so that one address tells of all. */
@Component("services")
class ServicesHealth implements HealthIndicator {
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final List<URI> dependsOn;
  private final HttpClient http;

  ServicesHealth(ProbeReceiverSettings settings, HttpClient http) {
    this.dependsOn = settings.dependsOn();
    this.http = http;
  }

  @Override
  public Health health() {
    var answers = new LinkedHashMap<URI, CompletableFuture<String>>();
    dependsOn.forEach(url -> answers.put(url, ask(url)));
    var health = Health.up();
    answers.forEach((url, answer) -> {
      var said = answer.join();
      health.withDetail(url.toString(), said);
      if (!said.equals("UP")) {
        health.down();
      }
    });
    return health.build();
  }

  private CompletableFuture<String> ask(URI url) {
    var request = HttpRequest.newBuilder(url).timeout(PATIENCE).GET().build();
    return http.sendAsync(request, HttpResponse.BodyHandlers.discarding())
        .handle((answer, broken) -> broken == null
            ? answer.statusCode() == 200 ? "UP" : "answers " + answer.statusCode()
            : "does not answer: " + why(broken));
  }

  private static String why(Throwable broken) {
    var cause = broken.getCause() instanceof IOException io ? io : broken;
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }
}
