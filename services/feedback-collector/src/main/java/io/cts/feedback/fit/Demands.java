package io.cts.feedback.fit;

/**
 * What a constant must be able to show before it is changed.
 *
 * @param samples that it makes a difference to
 * @param nodes that these come from; the same many are needed to hold any out
 */
public record Demands(int samples, int nodes) {
  public Demands {
    if (samples < 1 || nodes < 2) {
      throw new IllegalArgumentException(
          "a fit needs at least one sample and two nodes, not " + samples + " and " + nodes);
    }
  }
}
