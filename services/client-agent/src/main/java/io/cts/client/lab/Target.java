package io.cts.client.lab;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a figure is to reach: a bound for itself, or for its ratio to the peer's. */
record Target(boolean ofRatio, boolean atLeast, double bound) {

  static Target ratioAtLeast(double bound) {
    return new Target(true, true, bound);
  }

  static Target ratioAtMost(double bound) {
    return new Target(true, false, bound);
  }

  static Target valueAtLeast(double bound) {
    return new Target(false, true, bound);
  }

  static Target valueAtMost(double bound) {
    return new Target(false, false, bound);
  }

  /** Null where there is no ratio to judge by. */
  @Nullable
  Boolean metBy(double value, @Nullable Double ratio) {
    if (ofRatio && ratio == null) {
      return null;
    }
    var judged = ofRatio && ratio != null ? ratio : value;
    return atLeast ? judged >= bound : judged <= bound;
  }

  /** Such as {@code >= 1.00x} or {@code <= 5.00}. */
  @Override
  public String toString() {
    return (atLeast ? ">= " : "<= ") + String.format(Locale.ROOT, "%.2f", bound) + (ofRatio ? "x" : "");
  }
}
