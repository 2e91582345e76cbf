package io.cts.cache.stats;

import io.cts.blobs.packed.PackedBlobs;
import io.cts.cache.catalog.Catalog;
import io.cts.cache.residence.Residents;
import io.cts.contract.Digest;
import io.cts.contract.LayerFeatures;
import io.cts.delta.tar.TarIndexFormat;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Tells what the store holds and how often. Reads all indexes: one request at a time. */
@RestController
class StatsController {
  private static final Logger LOG = LoggerFactory.getLogger(StatsController.class);
  private static final int MOST_CONTENTS = 200_000;

  private final Catalog catalog;
  private final PackedBlobs blobs;
  private final Residents residents;

  StatsController(Catalog catalog, PackedBlobs blobs, Residents residents) {
    this.catalog = catalog;
    this.blobs = blobs;
    this.residents = residents;
  }

  @GetMapping("/v1/cache/stats")
  synchronized CacheStats stats() throws IOException {
    var images = 0L;
    var imageBytes = 0L;
    Map<Digest, LayerFeatures> layers = new HashMap<>();
    for (var image : catalog.images()) {
      var read = image.layers().stream().flatMap(layer -> catalog.feature(layer.digest()).stream()).toList();
      if (read.size() == image.layers().size()) {
        images++;
        imageBytes += read.stream().mapToLong(LayerFeatures::sizeBytes).sum();
        read.forEach(layer -> layers.put(layer.diffId(), layer));
      }
    }
    var files = new FileDedup(MOST_CONTENTS);
    var indexed = layers.values().stream().filter(layer -> isRead(layer, files)).count();
    var packed = blobs.stats();
    return new CacheStats(images, imageBytes, layers.size(),
        layers.values().stream().mapToLong(LayerFeatures::sizeBytes).sum(), indexed, files.bytes(),
        files.uniqueBytes(), residents.bytes(), packed.blobs(), packed.blobBytes(), packed.chunkBytes(),
        packed.storedBytes());
  }

  private boolean isRead(LayerFeatures layer, FileDedup files) {
    if (layer.tarIndex() == null) {
      return false;
    }
    try (var blob = blobs.open(Objects.requireNonNull(layer.tarIndex())); var in = blob.from(0)) {
      files.add(TarIndexFormat.parse(in));
      return true;
    } catch (IOException e) {
      LOG.debug("the index of layer {} cannot be read: {}", layer.diffId(), e.getMessage());
      return false;
    }
  }
}
