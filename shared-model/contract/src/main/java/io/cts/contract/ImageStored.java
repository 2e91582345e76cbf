package io.cts.contract;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An image lies whole in the blob store, each blob verified. Published by cache.
 *
 * <p>Topic {@code cts.image-stored.v1}. A whole example is {@code src/test/resources/golden/image-stored.json}.
 *
 * @param index the index that the manifest was chosen from
 * @param manifest the upstream's manifest of the platform
 * @param layers in the order of the manifest
 * @param leftAsIs why no other form may be made of it (signed, eStargz, foreign layers, an artifact); absent where CTS may
 */
public record ImageStored(
    EventId id,
    Instant at,
    PullId pull,
    ImageRef image,
    @Nullable Digest index,
    Digest manifest,
    Digest config,
    Platform platform,
    List<StoredLayer> layers,
    @Nullable String leftAsIs) implements Event {

  /** A layer as the upstream's manifest describes it. */
  public record StoredLayer(Digest digest, String mediaType, long sizeBytes) {}

  public ImageStored {
    layers = List.copyOf(layers);
  }

  @Override
  public String key() {
    return pull.toString();
  }
}
