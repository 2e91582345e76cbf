package io.cts.contract;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Names an event for ever: the same cause and step give the same id, so that what is handled twice counts once. */
public record EventId(UUID value) {

  @JsonCreator
  public static EventId parse(String text) {
    return new EventId(UUID.fromString(text));
  }

  /** The id of an event that nothing inside CTS caused. */
  public static EventId random() {
    return new EventId(UUID.randomUUID());
  }

  /** The id of the event that {@code step} makes out of {@code cause}. */
  public static EventId after(EventId cause, String step) {
    return derived(cause + "/" + step);
  }

  /** The id of the event that {@code facts} alone determine. */
  public static EventId derived(String facts) {
    return new EventId(UUID.nameUUIDFromBytes(facts.getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  @JsonValue
  public String toString() {
    return value.toString();
  }
}
