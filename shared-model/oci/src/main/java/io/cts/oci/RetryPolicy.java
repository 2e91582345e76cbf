package io.cts.oci;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How often and for how long an upstream is asked again: exponential back-off with full jitter.
 *
 * @param attempts in all, the first included
 * @param totalTime after which no new attempt starts
 * @param dialTime that a connection may take to be made. A host that does not pick up is not dialled again for a while:
 *     who pulls asks for many blobs, and must not wait for each
 */
public record RetryPolicy(int attempts, Duration firstDelay, Duration longestDelay, Duration totalTime,
    Duration dialTime) {
  /** Shorter than the patience of an engine that waits for the answer. */
  public static final RetryPolicy STANDARD = new RetryPolicy(5, Duration.ofMillis(250), Duration.ofSeconds(5),
      Duration.ofSeconds(30), Duration.ofSeconds(3));

  public RetryPolicy {
    if (attempts < 1 || firstDelay.isNegative() || longestDelay.isNegative() || totalTime.isNegative()) {
      throw new IllegalArgumentException("a retry policy needs one attempt and delays that are not negative");
    }
    if (dialTime.toMillis() < 1) {
      throw new IllegalArgumentException("a connection needs some time to be made, not " + dialTime);
    }
  }

  /** The same with another time that a connection may take to be made. */
  public RetryPolicy dialling(Duration time) {
    return new RetryPolicy(attempts, firstDelay, longestDelay, totalTime, time);
  }

  /** A random pause before attempt {@code attempt} (2 is the first repetition). */
  Duration delayBefore(int attempt) {
    var doubled = firstDelay.toNanos() << Math.min(attempt - 2, 20);
    var ceiling = Math.min(longestDelay.toNanos(), doubled);
    return Duration.ofNanos(ThreadLocalRandom.current().nextLong(ceiling / 2, ceiling + 1));
  }
}
