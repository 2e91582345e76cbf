package io.cts.contract;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that a pull's plan wanted is there, or will not come. Published by cache.
 *
 * <p>Topic {@code cts.pull-ready.v1}. A whole example is {@code src/test/resources/golden/pull-ready.json}.
 *
 * @param forms the manifests that can be served now, the original included
 * @param form what this pull will be answered
 * @param shortfall what the plan wanted and could not be made; absent where nothing is missing
 */
public record PullReady(
    EventId id,
    Instant at,
    PullId pull,
    Digest manifest,
    List<MadeForm> forms,
    Form form,
    @Nullable String shortfall) implements Event {

  /** A manifest that CTS can serve for an image. */
  public record MadeForm(Form form, Digest manifest) {}

  public PullReady {
    forms = List.copyOf(forms);
  }

  @Override
  public String key() {
    return pull.toString();
  }
}
