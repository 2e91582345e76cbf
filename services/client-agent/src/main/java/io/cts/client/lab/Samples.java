package io.cts.client.lab;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What was measured in several rounds. */
final class Samples {
  private final List<Double> values = new ArrayList<>();

  void add(double value) {
    values.add(value);
  }

  /** The middle one: what a machine does besides troubles some rounds and not most. */
  double median() {
    var sorted = values.stream().sorted().toList();
    var middle = sorted.size() / 2;
    return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  double largest() {
    return Collections.max(values);
  }
}
