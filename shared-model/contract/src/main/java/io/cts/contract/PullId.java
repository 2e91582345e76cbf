package io.cts.contract;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** One node wanting one image. */
public record PullId(UUID value) {

  /** @throws IllegalArgumentException if {@code text} is not a UUID */
  @JsonCreator
  public static PullId parse(String text) {
    try {
      return new PullId(UUID.fromString(text));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("not a pull id: \"" + text + "\" (expected a UUID)", e);
    }
  }

  public static PullId random() {
    return new PullId(UUID.randomUUID());
  }

  /** The same id for the same facts, so that a repeated observation is one pull. */
  public static PullId derived(String facts) {
    return new PullId(UUID.nameUUIDFromBytes(facts.getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  @JsonValue
  public String toString() {
    return value.toString();
  }
}
