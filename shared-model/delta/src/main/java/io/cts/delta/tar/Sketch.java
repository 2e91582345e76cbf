package io.cts.delta.tar;

import java.util.Arrays;

/**
 * What files that are much alike have in common: three features, each the least of a hash over sampled places of the
 * content, so that files sharing nine tenths of their places share one of them nearly always, and others hardly ever
 * (Zou et al., "Odess: Speeding up resemblance detection", ICDE 2021). Files too short to tell have none.
 */
public record Sketch(long first, long second, long third) {
  public static final Sketch NONE = new Sketch(0, 0, 0);

  /** How many of the three features both have. */
  public int inCommonWith(Sketch other) {
    if (isNone() || other.isNone()) {
      return 0;
    }
    return (first == other.first ? 1 : 0) + (second == other.second ? 1 : 0) + (third == other.third ? 1 : 0);
  }

  public boolean isNone() {
    return first == 0 && second == 0 && third == 0;
  }

  /** Collects the sketch of one content after another. */
  static final class Builder {
    /** One place in 128 is looked at. */
    private static final long SAMPLED = 0x7fL << 57;
    private static final int FEATURES = 12;
    /** Fewer samples say little. */
    private static final int FEWEST_SAMPLES = 8;

    private final long[] gear = Gear.numbers();
    private final long[] least = new long[FEATURES];
    private long hash;
    private int samples;

    Builder() {
      reset();
    }

    void reset() {
      Arrays.fill(least, Long.MAX_VALUE);
      hash = 0;
      samples = 0;
    }

    void add(byte[] buffer, int offset, int length) {
      var rolling = hash;
      for (var i = offset; i < offset + length; i++) {
        rolling = (rolling << 1) + gear[buffer[i] & 0xff];
        if ((rolling & SAMPLED) == 0) {
          sample(rolling);
        }
      }
      hash = rolling;
    }

    private void sample(long place) {
      samples++;
      for (var i = 0; i < FEATURES; i++) {
        var value = Gear.mixed(place + i);
        if (value < least[i]) {
          least[i] = value;
        }
      }
    }

    Sketch build() {
      return samples < FEWEST_SAMPLES ? NONE : new Sketch(feature(0), feature(4), feature(8));
    }

    /** Four minima as one number: two contents share it only if they share all four. */
    private long feature(int from) {
      var value = 0L;
      for (var i = from; i < from + 4; i++) {
        value = Gear.mixed(value ^ least[i]);
      }
      return value;
    }
  }
}
