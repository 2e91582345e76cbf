package io.cts.feedback.fit;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Constants after a fit.
 *
 * @param constants all of them; those without evidence as they were
 * @param moved those that the evidence speaks about, whether or not it moved them far
 */
public record Fitted(Map<String, Double> constants, List<Moved> moved) {

  /**
   * A constant that was fitted.
   *
   * @param samples that it makes a difference to
   * @param nodes that these come from
   */
  public record Moved(String name, double before, double after, int samples, int nodes) {
    double change() {
      return Math.abs(Math.log(after / before));
    }
  }

  public Fitted {
    constants = java.util.Collections.unmodifiableMap(new TreeMap<>(constants));
    moved = List.copyOf(moved);
  }

  /** The largest relative change of any constant; 0.05 for 5 %. */
  double greatestChange() {
    return moved.stream().mapToDouble(Moved::change).max().orElse(0);
  }
}
