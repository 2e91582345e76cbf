package io.cts.contract;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An agent says what a pull took. Published by probe-receiver.
 *
 * <p>Topic {@code cts.pull-reported.v1}. A whole example is {@code src/test/resources/golden/pull-reported.json}.
 *
 * @param manifest the upstream's manifest
 * @param totalSeconds from the first request until the image was ready
 * @param layers those that travelled
 */
public record PullReported(
    EventId id,
    Instant at,
    PullId pull,
    NodeId node,
    @Nullable Digest manifest,
    Form form,
    double totalSeconds,
    List<LayerReport> layers) implements Event {

  /**
   * @param wireSeconds from the request to the last byte
   * @param decodeSeconds of processor time; absent where it was not measured
   */
  public record LayerReport(
      Digest diffId,
      Encoding encoding,
      long wireBytes,
      double wireSeconds,
      @Nullable Double decodeSeconds,
      @Nullable Double handOverSeconds) {}

  public PullReported {
    layers = List.copyOf(layers);
  }

  @Override
  public String key() {
    return pull.toString();
  }
}
