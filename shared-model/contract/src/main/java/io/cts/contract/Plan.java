package io.cts.contract;

import java.util.List;

/**
 * How one pull is to be served.
 *
 * @param form the manifest to serve
 * @param layers one for each layer of the image, in its order
 * @param predictedSeconds until the image is ready to run
 * @param predictedBytes that travel to the node
 * @param originalSeconds predicted for the upstream's own form and encodings
 * @param originalBytes that would travel in the upstream's own form
 * @param modelVersion the weights that predicted
 * @param reason one sentence for people
 */
public record Plan(
    Form form,
    List<LayerPlan> layers,
    double predictedSeconds,
    long predictedBytes,
    double originalSeconds,
    long originalBytes,
    String modelVersion,
    String reason) {

  /**
   * @param layer digest of the upstream's blob
   * @param best the best of each form and codec family, for comparison
   */
  public record LayerPlan(
      Digest layer,
      Digest diffId,
      Encoding encoding,
      Prediction predicted,
      String reason,
      List<Alternative> best) {
    public LayerPlan {
      best = List.copyOf(best);
    }
  }

  /**
   * Predicted seconds of one layer in one form and encoding, by part. The total is less than the sum where an engine
   * does parts at the same time.
   */
  public record Prediction(
      long bytes,
      double waitSeconds,
      double transferSeconds,
      double decodeSeconds,
      double unpackSeconds,
      double totalSeconds) {}

  /** A road not taken. */
  public record Alternative(Form form, Encoding encoding, Prediction predicted) {}

  public Plan {
    layers = List.copyOf(layers);
  }
}
