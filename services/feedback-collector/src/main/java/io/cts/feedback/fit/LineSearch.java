package io.cts.feedback.fit;

import java.util.function.DoubleUnaryOperator;

/** Finds the least value of a function of one number that may have several valleys: a grid, then the golden section. */
final class LineSearch {
  private static final int GRID = 32;
  private static final int STEPS = 24;
  private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

  private final DoubleUnaryOperator function;

  LineSearch(DoubleUnaryOperator function) {
    this.function = function;
  }

  /** @param start is kept where nothing is better */
  double minimum(double low, double high, double start) {
    var best = start;
    var least = function.applyAsDouble(start);
    var width = (high - low) / GRID;
    for (var point = 0; point <= GRID; point++) {
      var at = low + point * width;
      var value = function.applyAsDouble(at);
      if (value < least) {
        least = value;
        best = at;
      }
    }
    var refined = goldenSection(Math.max(low, best - width), Math.min(high, best + width));
    return function.applyAsDouble(refined) < least ? refined : best;
  }

  private double goldenSection(double low, double high) {
    var left = high - GOLDEN * (high - low);
    var right = low + GOLDEN * (high - low);
    var atLeft = function.applyAsDouble(left);
    var atRight = function.applyAsDouble(right);
    for (var step = 0; step < STEPS; step++) {
      if (atLeft <= atRight) {
        high = right;
        right = left;
        atRight = atLeft;
        left = high - GOLDEN * (high - low);
        atLeft = function.applyAsDouble(left);
      } else {
        low = left;
        left = right;
        atLeft = atRight;
        right = low + GOLDEN * (high - low);
        atRight = function.applyAsDouble(right);
      }
    }
    return (low + high) / 2;
  }
}
