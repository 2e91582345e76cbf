package io.cts.delta.encode;

import java.io.IOException;

/** A layer is not what its index says. */
public class LayerChanged extends IOException {
  private static final long serialVersionUID = 1;

  LayerChanged(long at) {
    super("tried to make a delta but near byte " + at
        + " the layers are not what their indexes say; index them again");
  }
}
