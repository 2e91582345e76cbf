package io.cts.delta;

import io.cts.contract.Digest;
import java.io.IOException;

/** A delta made other bytes than it promised: a base is not what its diffID says. The last bytes were not given out. */
public class DeltaMismatch extends IOException {
  private static final long serialVersionUID = 1;
  private final transient Digest expected;
  private final transient Digest actual;

  public DeltaMismatch(Digest expected, Digest actual) {
    super("tried to make " + expected + " from a delta but it became " + actual
        + ", so a base is damaged; fetch the layer itself");
    this.expected = expected;
    this.actual = actual;
  }

  public Digest expected() {
    return expected;
  }

  public Digest actual() {
    return actual;
  }
}
