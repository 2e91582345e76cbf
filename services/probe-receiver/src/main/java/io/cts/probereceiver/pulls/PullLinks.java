package io.cts.probereceiver.pulls;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.UUID;

/** Where more of a pull is found. */
@Schema(name = "PullLinks")
record PullLinks(
    String self,
    @Schema(description = "its states as server-sent events") String events,
    @Schema(description = "its decision with every alternative") String decision) {

  PullLinks(UUID pull) {
    this("/v1/pulls/" + pull, "/v1/pulls/" + pull + "/events", "/v1/decisions/" + pull);
  }
}
