package io.cts.oci;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The tokens that a registry gives to whoever asks, kept until they expire, one a repository. */
final class AnonymousTokens {
  private static final int MOST_KEPT = 1000;
  private static final int MOST_BYTES = 1 << 20;
  /** What a realm that says nothing means (token specification, "expires_in"). */
  private static final Duration USUAL_LIFE = Duration.ofSeconds(60);
  private static final Duration MARGIN = Duration.ofSeconds(5);

  private record Token(String value, Instant expires) {}

  private final RegistryClient client;
  private final InstantSource clock;
  private final Map<String, Token> byRepository = new LinkedHashMap<>();

  AnonymousTokens(RegistryClient client, InstantSource clock) {
    this.client = client;
    this.clock = clock;
  }

  /** The {@code Authorization} header for a repository, if a token for it is at hand. */
  synchronized @Nullable String authorization(String repository) {
    var token = byRepository.get(repository);
    return token == null || clock.instant().isAfter(token.expires) ? null : "Bearer " + token.value;
  }

  /**
   * Fetches a token.
   *
   * @throws UpstreamFailure.Unauthorized if the realm gives none to anonymous
   */
  String fetch(String tried, String repository, Challenge challenge) throws IOException {
    try (var answer = client.send(tried, "GET", target(tried, repository, challenge), Map.of(), null)) {
      if (answer.status() != 200) {
        throw RegistryFailures.of(tried, answer, "the token realm", clock.instant());
      }
      var bytes = answer.bodyUpTo(MOST_BYTES);
      var token = read(tried, bytes);
      keep(repository, token);
      return "Bearer " + token.value;
    }
  }

  private static URI target(String tried, String repository, Challenge challenge) throws UpstreamFailure {
    var scope = challenge.scope() == null ? "repository:" + repository + ":pull" : challenge.scope();
    var query = (challenge.service() == null ? "" : "service=" + encoded(challenge.service()) + "&") + "scope="
        + encoded(scope);
    try {
      return new URI(challenge.realm() + (challenge.realm().indexOf('?') < 0 ? "?" : "&") + query);
    } catch (URISyntaxException e) {
      throw new UpstreamFailure.Malformed(tried, "the registry names a token realm that is no address", e);
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private Token read(String tried, byte[] bytes) throws UpstreamFailure {
    try {
      var root = JsonPart.parse("token", bytes, MOST_BYTES);
      var value = root.optionalText(root.has("token") ? "token" : "access_token");
      if (value == null || value.chars().anyMatch(c -> c <= ' ' || c >= 127)) {
        throw root.malformed("expected a token");
      }
      var life = root.has("expires_in") ? Duration.ofSeconds(root.number("expires_in")) : USUAL_LIFE;
      return new Token(value, clock.instant().plus(life).minus(MARGIN));
    } catch (MalformedManifest e) {
      throw new UpstreamFailure.Malformed(tried, "the token realm's answer cannot be read: " + e.getMessage(), e);
    }
  }

  private synchronized void keep(String repository, Token token) {
    byRepository.remove(repository);
    byRepository.put(repository, token);
    if (byRepository.size() > MOST_KEPT) {
      byRepository.remove(byRepository.keySet().iterator().next());
    }
  }
}
