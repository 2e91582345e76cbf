package io.cts.oci;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How often and for how long an upstream is asked again: exponential back-off with full jitter.
 *
 * @param attempts in all, the first included
 * @param totalTime after which no new attempt starts
 */
public record RetryPolicy(int attempts, Duration firstDelay, Duration longestDelay, Duration totalTime) {
  /** Shorter than the patience of an engine that waits for the answer. */
  public static final RetryPolicy STANDARD = new RetryPolicy(5, Duration.ofMillis(250), Duration.ofSeconds(5),
      Duration.ofSeconds(30));

  public RetryPolicy {
    if (attempts < 1 || firstDelay.isNegative() || longestDelay.isNegative() || totalTime.isNegative()) {
      throw new IllegalArgumentException("a retry policy needs one attempt and delays that are not negative");
    }
  }

  /** A random pause before attempt {@code attempt} (2 is the first repetition). */
  Duration delayBefore(int attempt) {
    var doubled = firstDelay.toNanos() << Math.min(attempt - 2, 20);
    var ceiling = Math.min(longestDelay.toNanos(), doubled);
    return Duration.ofNanos(ThreadLocalRandom.current().nextLong(ceiling / 2, ceiling + 1));
  }
}
