package io.cts.contract;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** What a plan minimises. */
public enum Objective {
  /** The time until the image is ready to run. */
  LATENCY("latency"),
  /** The bytes that leave CTS. */
  EGRESS("egress"),
  /** The knee of the Pareto front of the two. */
  BALANCED("balanced");

  private final String text;

  Objective(String text) {
    this.text = text;
  }

  @JsonCreator
  public static Objective parse(String text) {
    for (var objective : values()) {
      if (objective.text.equals(text)) {
        return objective;
      }
    }
    throw new IllegalArgumentException("not an objective: \"" + text + "\" (expected latency, egress or balanced)");
  }

  @Override
  @JsonValue
  public String toString() {
    return text;
  }
}
