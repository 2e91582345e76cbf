package io.cts.client;

import com.fasterxml.jackson.annotation.JsonInclude;
import tools.jackson.databind.json.JsonMapper;

/** How this program writes and reads JSON: what is absent is left out. */
public final class Json {
  public static final JsonMapper MAPPER = JsonMapper.builder()
      .changeDefaultPropertyInclusion(value -> value.withValueInclusion(JsonInclude.Include.NON_NULL))
      .build();

  private Json() {}
}
