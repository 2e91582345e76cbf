package io.cts.oci;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Carries verbs out at one registry: fetches tokens when asked for them, and asks again after what may pass. */
final class RegistryEndpoint implements Closeable {

  /** How to wait; tests do not. */
  interface Pause {
    void of(Duration time) throws InterruptedException;
  }

  private final URI base;
  private final RegistryClient client;
  private final AnonymousTokens tokens;
  private final RetryPolicy policy;
  private final InstantSource clock;
  private final Pause pause;

  RegistryEndpoint(URI base, RetryPolicy policy, InstantSource clock, Pause pause) {
    this.base = base;
    this.client = new RegistryClient(base, policy.dialTime(), clock);
    this.tokens = new AnonymousTokens(client, clock);
    this.policy = policy;
    this.clock = clock;
    this.pause = pause;
  }

  <T> T carryOut(RegistryVerb<T> verb) throws UpstreamFailure {
    var started = clock.instant();
    for (var attempt = 1;; attempt++) {
      try {
        return attempt(verb);
      } catch (UpstreamFailure.RateLimited e) {
        waitOrGiveUp(verb, e, attempt, started, e.retryAfter().orElse(null));
      } catch (UpstreamFailure.Unavailable e) {
        waitOrGiveUp(verb, e, attempt, started, null);
      }
    }
  }

  private void waitOrGiveUp(RegistryVerb<?> verb, UpstreamFailure failure, int attempt, Instant started,
      @Nullable Duration asked) throws UpstreamFailure {
    if (attempt >= policy.attempts() || failure.getCause() instanceof RegistryClient.NotPickedUp) {
      throw failure;
    }
    var delay = policy.delayBefore(attempt + 1);
    if (asked != null && asked.compareTo(delay) > 0) {
      delay = asked;
    }
    if (Duration.between(started, clock.instant()).plus(delay).compareTo(policy.totalTime()) > 0) {
      throw failure;
    }
    pauseFor(verb.tried(), delay);
  }

  /** Waits, unless the thread is interrupted. */
  void pauseFor(String tried, Duration delay) throws UpstreamFailure.Unavailable {
    try {
      pause.of(delay);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UpstreamFailure.Unavailable(tried, "CTS was told to stop", e);
    }
  }

  private <T> T attempt(RegistryVerb<T> verb) throws UpstreamFailure {
    try {
      var answer = authorized(verb);
      var kept = false;
      try {
        if (!verb.accepts(answer.status())) {
          throw RegistryFailures.of(verb.tried(), answer, "the registry", clock.instant());
        }
        var result = verb.read(answer);
        kept = verb.keepsAnswer();
        return result;
      } finally {
        if (!kept) {
          answer.close();
        }
      }
    } catch (UpstreamFailure e) {
      throw e;
    } catch (MalformedManifest e) {
      throw new UpstreamFailure.Malformed(verb.tried(), "the answer is no good: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UpstreamFailure.Unavailable(verb.tried(), RegistryFailures.reason(e), e);
    }
  }

  private Answer authorized(RegistryVerb<?> verb) throws IOException {
    var target = base.resolve("v2/" + verb.path());
    var known = tokens.authorization(verb.repository());
    var answer = client.send(verb.tried(), verb.method(), target, verb.headers(), known);
    if (answer.status() != 401 || verb.accepts(401)) {
      return answer;
    }
    var challenge = Challenge.among(answer.headers("WWW-Authenticate"));
    if (challenge.isEmpty()) {
      return answer; // Basic, or nothing: anonymous cannot answer that
    }
    answer.close();
    var fresh = tokens.fetch(verb.tried(), verb.repository(), challenge.get());
    return client.send(verb.tried(), verb.method(), target, verb.headers(), fresh);
  }

  @Override
  public void close() {
    try {
      client.close();
    } catch (IOException e) {
      throw new UncheckedIOException("closing the connections to " + base + " failed", e);
    }
  }
}
