package io.cts.client.sandbox;

import io.cts.contract.Digest;
import io.cts.oci.Descriptor;
import java.util.List;

/**
 * An image that was made here.
 *
 * @param name repository and tag
 * @param layers compressed, as the manifest names them
 */
public record MadeImage(String name, Digest manifest, Digest config, long plainBytes, List<Descriptor> layers) {
  public MadeImage {
    layers = List.copyOf(layers);
  }

  /** Of the layers as they are pulled. */
  public long gzipBytes() {
    return layers.stream().mapToLong(Descriptor::sizeBytes).sum();
  }
}
