package io.cts.delta;

import io.cts.contract.Digest;
import java.io.IOException;

/** A layer that a delta builds upon is not there. The whole layer has to be fetched instead. */
public class BaseMissing extends IOException {
  private static final long serialVersionUID = 1;
  private final transient Digest diffId;

  public BaseMissing(Digest diffId) {
    super("tried to open " + diffId + " as the base of a delta but it is not there; fetch the layer itself");
    this.diffId = diffId;
  }

  /** It is there, and cannot be what its name says. */
  public BaseMissing(Digest diffId, long bytes, long expectedBytes) {
    super(
        "tried to open " + diffId + " as the base of a delta but it has " + bytes + " bytes instead of " + expectedBytes
            + "; fetch the layer itself");
    this.diffId = diffId;
  }

  public Digest diffId() {
    return diffId;
  }
}
