package io.cts.probereceiver.door;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.UUID;

/** Where a page ended: the key of its last row, opaque to clients. Pages thus do not shift when rows come. */
public record Cursor(Instant since, UUID id) {
  private static final String REFUSED = "not a cursor: take it from the page before, as its next link has it";

  /** The cursor after a row whose key is a name. */
  public static String of(String name) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(name.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Reads a cursor after a name.
   *
   * @throws IllegalArgumentException for what {@link #of} did not make
   */
  public static String name(String cursor) {
    try {
      return new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(REFUSED, e);
    }
  }

  /**
   * Reads a cursor after a row of an age.
   *
   * @throws IllegalArgumentException for what {@link #toString} did not make
   */
  public static Cursor parse(String cursor) {
    var parts = name(cursor).split("/", -1);
    try {
      if (parts.length == 2) {
        return new Cursor(Instant.EPOCH.plus(Long.parseLong(parts[0]), ChronoUnit.MICROS), UUID.fromString(parts[1]));
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(REFUSED, e);
    }
    throw new IllegalArgumentException(REFUSED);
  }

  @Override
  public String toString() {
    return of(ChronoUnit.MICROS.between(Instant.EPOCH, since) + "/" + id);
  }
}
