package io.cts.cost.eviction;

import java.time.Duration;
import java.time.Instant;

/**
 * How many seconds a stored thing saves those who pull, lately: each hit adds the seconds that it saved, and what was
 * added halves with every half-life. The more often, the later and the more dearly a thing was wanted, the greater.
 *
 * @param seconds that were saved, as they count at {@code at}
 * @param at when the last were added
 */
public record Worth(double seconds, Instant at) {
  /** What never saved anything. */
  public static final Worth NONE = new Worth(0, Instant.EPOCH);

  public Worth {
    if (!(seconds >= 0) || Double.isInfinite(seconds)) {
      throw new IllegalArgumentException("a worth is a finite number of seconds, not " + seconds);
    }
  }

  /** This worth after {@code more} seconds were saved, or are expected to be. An instant before the last is the last. */
  Worth plus(double more, Instant now, Duration halfLife) {
    var latest = now.isAfter(at) ? now : at;
    return new Worth(secondsAt(latest, halfLife) + more, latest);
  }

  /** What of the saved seconds has not faded yet at {@code now}. */
  double secondsAt(Instant now, Duration halfLife) {
    if (seconds == 0) {
      return 0;
    }
    var halfLives = Math.max(0, seconds(Duration.between(at, now)) / seconds(halfLife));
    return seconds * Math.pow(2, -halfLives);
  }

  static double seconds(Duration duration) {
    return duration.getSeconds() + duration.getNano() / 1e9;
  }
}
