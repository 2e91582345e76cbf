package io.cts.client.lab;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a figure is to reach: bounds for itself, or for its ratio to the peer's. */
record Target(boolean ofRatio, double least, double most) {

  static Target ratioAtLeast(double bound) {
    return new Target(true, bound, Double.POSITIVE_INFINITY);
  }

  static Target ratioAtMost(double bound) {
    return new Target(true, Double.NEGATIVE_INFINITY, bound);
  }

  /** The value is off the peer's by {@code share} of it at most, as in 0.2. */
  static Target ratioWithin(double share) {
    return new Target(true, 1 - share, 1 + share);
  }

  static Target valueAtLeast(double bound) {
    return new Target(false, bound, Double.POSITIVE_INFINITY);
  }

  static Target valueAtMost(double bound) {
    return new Target(false, Double.NEGATIVE_INFINITY, bound);
  }

  /** Null where there is no ratio to judge by. */
  @Nullable
  Boolean metBy(double value, @Nullable Double ratio) {
    if (ofRatio && ratio == null) {
      return null;
    }
    var judged = ofRatio && ratio != null ? ratio : value;
    return judged >= least && judged <= most;
  }

  /** Such as {@code >= 1.00x}, {@code <= 5.00} or {@code 0.80x to 1.20x}. */
  @Override
  public String toString() {
    if (most == Double.POSITIVE_INFINITY) {
      return ">= " + number(least);
    }
    return least == Double.NEGATIVE_INFINITY ? "<= " + number(most) : number(least) + " to " + number(most);
  }

  private String number(double bound) {
    return String.format(Locale.ROOT, "%.2f", bound) + (ofRatio ? "x" : "");
  }
}
