package io.cts.client.pulls;

import io.cts.client.CommandFailed;
import io.cts.client.Cts;
import io.cts.client.CtsApi;
import io.cts.client.Json;
import io.cts.client.Output;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Tells each state of a pull as it comes. */
final class PullFollower {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");
  private static final Set<String> IN_VAIN = Set.of("failed", "expired");
  private static final int MOST_BREAKS = 5;

  private final CtsApi api;
  private final Output output;

  PullFollower(CtsApi api, Output output) {
    this.api = api;
    this.output = output;
  }

  /**
   * Follows to the end, or to {@code until} where that comes before.
   *
   * @return the exit code: 0, or {@link Cts#NOT_PULLED} where the pull ended in vain
   */
  int follow(String pull, @Nullable String until) throws CommandFailed {
    var lastStep = 0;
    for (var breaks = 0; breaks <= MOST_BREAKS; breaks++) {
      try (var lines = new BufferedReader(
          new InputStreamReader(api.stream("v1/pulls/" + CtsApi.segment(pull) + "/events"), StandardCharsets.UTF_8))) {
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
          if (!line.startsWith("data:")) {
            continue;
          }
          var change = Json.MAPPER.readTree(line.substring("data:".length()));
          if (change.path("step").asInt() <= lastStep) {
            continue; // told before the connection broke
          }
          lastStep = change.path("step").asInt();
          tell(change);
          var state = change.path("state").asString();
          if (change.path("end").asBoolean() || state.equals(until)) {
            return IN_VAIN.contains(state) ? Cts.NOT_PULLED : 0;
          }
        }
      } catch (IOException e) {
        output.progress("the connection to CTS broke (" + e.getMessage() + "), connecting again");
      }
    }
    throw new CommandFailed(Cts.UNREACHABLE, "tried to follow pull " + pull + " at " + api.base()
        + " but the connection broke " + (MOST_BREAKS + 1) + " times; look with: cts pulls show " + pull);
  }

  private void tell(JsonNode change) {
    var at = Instant.parse(change.path("at").asString()).atZone(ZoneId.systemDefault());
    var detail = change.path("detail").asString("");
    output.line("%s  %-9s  %s".formatted(TIME.format(at), change.path("state").asString(), detail).stripTrailing());
    output.object(change);
  }
}
