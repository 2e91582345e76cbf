package io.cts.contract;

import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A node, an operator or a release wants an image. Published by probe-receiver, and by cache for an engine that came unannounced.
 *
 * <p>Topic {@code cts.pull-requested.v1}. A whole example is {@code src/test/resources/golden/pull-requested.json}.
 *
 * @param platform absent: the node's own, or linux/amd64
 * @param node absent: announced for whoever comes
 * @param profile stated with the request, for a preview or before any measurement
 */
public record PullRequested(
    EventId id,
    Instant at,
    PullId pull,
    ImageRef image,
    @Nullable Platform platform,
    @Nullable NodeId node,
    @Nullable NodeProfile profile,
    Objective objective,
    Origin origin) implements Event {

  /** Who asked. */
  public enum Origin {
    API("api"), ENGINE("engine"), WATCH("watch"), PREVIEW("preview");

    private final String text;

    Origin(String text) {
      this.text = text;
    }

    @Override
    @JsonValue
    public String toString() {
      return text;
    }
  }

  @Override
  public String key() {
    return pull.toString();
  }
}
