package io.cts.contract;

import java.util.Map;
import java.util.TreeMap;

/**
 * The fitted constants of a cost model.
 *
 * @param version names these weights in plans and transfers, such as {@code analytic-7}
 * @param model the model that reads them, such as {@code analytic}
 * @param constants by name; the model documents each with its unit
 * @param samples how many measured transfers and reports they were fitted on; 0 for the built-in ones
 */
public record Weights(String version, String model, Map<String, Double> constants, long samples) {
  public Weights {
    constants = java.util.Collections.unmodifiableMap(new TreeMap<>(constants));
  }
}
