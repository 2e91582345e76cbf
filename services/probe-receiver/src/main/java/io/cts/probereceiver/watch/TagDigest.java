package io.cts.probereceiver.watch;

import io.cts.contract.Digest;
import io.cts.contract.ImageRef;
import io.cts.probereceiver.ProbeReceiverSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.springframework.stereotype.Component;

/** Asks cache's registry for the digest that a tag has now (OCI distribution specification 1.1, "Pulling manifests"). */
@Component
class TagDigest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  /** The upstream's own digest, where cache answers another form. */
  private static final String ORIGINAL = "CTS-Original-Digest";
  private static final String ANSWERED = "Docker-Content-Digest";
  private static final List<String> MANIFESTS = List.of("application/vnd.oci.image.index.v1+json",
      "application/vnd.docker.distribution.manifest.list.v2+json", "application/vnd.oci.image.manifest.v1+json",
      "application/vnd.docker.distribution.manifest.v2+json");

  private final URI registry;
  private final HttpClient http;

  TagDigest(ProbeReceiverSettings settings, HttpClient http) {
    this.registry = settings.registryUrl();
    this.http = http;
  }

  /** @throws IOException saying what was tried, why it failed, and what to do */
  Digest of(ImageRef image) throws IOException, InterruptedException {
    var url = URI.create(registry.toString().replaceAll("/+$", "") + "/v2/" + image.name() + "/manifests/"
        + image.reference());
    var request = HttpRequest.newBuilder(url)
        .timeout(PATIENCE)
        .header("Accept", String.join(", ", MANIFESTS))
        .header("User-Agent", "cts-watch/1")
        .HEAD()
        .build();
    HttpResponse<Void> answer;
    try {
      answer = http.send(request, HttpResponse.BodyHandlers.discarding());
    } catch (IOException e) {
      throw new IOException("tried HEAD " + url + ", but cache did not answer (" + e + "): is it running?", e);
    }
    if (answer.statusCode() != 200) {
      throw new IOException("tried HEAD " + url + ", but cache answered " + answer.statusCode()
          + ": does the tag exist, may anonymous read it, is its upstream on cache's list?");
    }
    var digest = answer.headers()
        .firstValue(ORIGINAL)
        .or(() -> answer.headers().firstValue(ANSWERED))
        .orElseThrow(() -> new IOException("tried HEAD " + url + ", but the answer has no " + ANSWERED));
    try {
      return Digest.parse(digest);
    } catch (IllegalArgumentException e) {
      throw new IOException("tried HEAD " + url + ", but the answer's digest is " + e.getMessage(), e);
    }
  }
}
