package io.cts.delta;

import io.cts.contract.Digest;
import java.io.IOException;

/** Where the layers are that a delta builds upon. Thread-safe. */
@FunctionalInterface
public interface Bases {

  /**
   * Opens a base. As long as it is open its bytes stay readable, whatever is evicted meanwhile.
   *
   * @throws BaseMissing if it is not there (any more)
   */
  LayerBytes open(Digest diffId) throws IOException;
}
