package io.cts.cache.catalog;

import io.cts.contract.Digest;
import io.cts.contract.ImageStored.StoredLayer;
import io.cts.contract.Platform;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An upstream's image manifest of one platform.
 *
 * @param manifest its digest
 * @param config digest of the configuration, the image ID
 * @param layers in the order of the manifest
 * @param annotations of the manifest
 * @param leftAsIs why no other form may be made of it; absent where CTS may
 */
public record StoredImage(
    Digest manifest,
    Digest config,
    long configSizeBytes,
    Platform platform,
    List<StoredLayer> layers,
    Map<String, String> annotations,
    @Nullable String leftAsIs) {
  public StoredImage {
    layers = List.copyOf(layers);
    annotations = Map.copyOf(annotations);
  }

  /** The same image, from now on left as it is. */
  public StoredImage leaving(String why) {
    return new StoredImage(manifest, config, configSizeBytes, platform, layers, annotations, why);
  }
}
