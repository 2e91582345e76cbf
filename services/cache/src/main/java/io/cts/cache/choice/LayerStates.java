package io.cts.cache.choice;

import io.cts.cache.catalog.Catalog;
import io.cts.cache.catalog.StoredImage;
import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import io.cts.contract.LayerFeatures;
import io.cts.cost.LayerState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Layers as the cost model sees them: what they are like and which variants are there. */
final class LayerStates {
  private final Catalog catalog;

  LayerStates(Catalog catalog) {
    this.catalog = catalog;
  }

  /** Empty where a layer of the image was not profiled. */
  Optional<List<LayerState>> of(StoredImage image) {
    var states = new ArrayList<LayerState>();
    for (var layer : image.layers()) {
      var features = catalog.feature(layer.digest());
      if (features.isEmpty()) {
        return Optional.empty();
      }
      states.add(of(features.get()));
    }
    return Optional.of(states);
  }

  LayerState of(LayerFeatures features) {
    return new LayerState(features, there(features.diffId()), Map.of());
  }

  private Map<Encoding, Long> there(Digest diffId) {
    var there = new TreeMap<Encoding, Long>();
    catalog.variants(diffId).forEach((encoding, variant) -> {
      if (!variant.failed()) {
        there.put(encoding, variant.sizeBytes());
      }
    });
    return there;
  }
}
