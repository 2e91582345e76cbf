package io.cts.probereceiver;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** How events and profiles lie in the database: as they travel, and read back however they have grown since. */
public final class Json {
  private final JsonMapper mapper = JsonMapper.builder().build();

  public @Nullable String write(@Nullable Object value) {
    return value == null ? null : mapper.writeValueAsString(value);
  }

  public <T> @Nullable T read(@Nullable String json, Class<T> type) {
    return json == null ? null : mapper.readValue(json, type);
  }
}
