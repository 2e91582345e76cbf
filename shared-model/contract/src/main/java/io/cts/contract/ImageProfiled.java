package io.cts.contract;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Every layer of an image was read. Published by image-probe.
 *
 * <p>Topic {@code cts.image-profiled.v1}. A whole example is {@code src/test/resources/golden/image-profiled.json}.
 *
 * @param layers in the order of the manifest; a layer that could not be read leaves the list empty
 * @param leftAsIs why no other form may be made of it
 */
public record ImageProfiled(
    EventId id,
    Instant at,
    PullId pull,
    ImageRef image,
    Digest manifest,
    Digest config,
    Platform platform,
    List<LayerFeatures> layers,
    @Nullable String leftAsIs) implements Event {

  public ImageProfiled {
    layers = List.copyOf(layers);
  }

  @Override
  public String key() {
    return pull.toString();
  }
}
