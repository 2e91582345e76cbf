package io.cts.client;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** Numbers for people. What is absent is "–". */
public final class Quantities {
  static final String ABSENT = "–";

  private Quantities() {}

  /** {@code 133.5 MB}, in powers of ten. */
  public static String bytes(JsonNode value) {
    return value.isNumber() ? bytes(value.asLong()) : ABSENT;
  }

  public static String bytes(long bytes) {
    return Sizes.text(bytes);
  }

  /** {@code 4.2 s}, with more digits where it is short. */
  public static String seconds(JsonNode value) {
    return value.isNumber() ? seconds(value.asDouble()) : ABSENT;
  }

  public static String seconds(double seconds) {
    return String.format(Locale.ROOT, Math.abs(seconds) < 1 ? "%.3f s" : "%.1f s", seconds);
  }

  /** {@code 12.3 %} of a share of 0.123. */
  public static String percent(JsonNode share) {
    return share.isNumber() ? String.format(Locale.ROOT, "%.1f %%", 100 * share.asDouble()) : ABSENT;
  }

  /** {@code 20}, {@code 0.5}: a number without digits that say nothing. */
  public static String number(JsonNode value) {
    if (!value.isNumber()) {
      return ABSENT;
    }
    return value.asDouble() == Math.rint(value.asDouble())
        ? Long.toString(value.asLong())
        : String.format(Locale.ROOT, "%.2f", value.asDouble());
  }

  public static String text(JsonNode value) {
    return value.isString() ? value.stringValue() : value.isMissingNode() || value.isNull() ? ABSENT : value.toString();
  }

  /** {@code 5 min ago}. */
  public static String ago(JsonNode instant, Instant now) {
    if (!instant.isString()) {
      return ABSENT;
    }
    var age = Duration.between(Instant.parse(instant.stringValue()), now);
    if (age.toSeconds() < 100) {
      return Math.max(0, age.toSeconds()) + " s ago";
    }
    if (age.toMinutes() < 100) {
      return age.toMinutes() + " min ago";
    }
    return age.toHours() < 48 ? age.toHours() + " h ago" : age.toDays() + " d ago";
  }
}
