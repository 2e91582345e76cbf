package io.cts.imageprobe;

import io.cts.contract.Digest;
import io.cts.contract.LayerFeatures;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a stored layer.
 *
 * @param attempts times that reading it began
 * @param features where it was read
 * @param cause of the last failure
 */
record LayerRow(
    Digest digest,
    State state,
    int attempts,
    @Nullable LayerFeatures features,
    @Nullable String cause) {

  enum State {
    WAITING, READING, READ, UNREADABLE
  }
}
