package io.cts.cache.packing;

import io.cts.blobs.BlobCorrupt;
import io.cts.blobs.BlobMissing;
import io.cts.blobs.packed.PackedBlobs;
import io.cts.cache.catalog.Catalog;
import io.cts.cache.catalog.StoredImage;
import io.cts.cache.deltas.Contents;
import io.cts.cache.residence.Leases;
import io.cts.cache.residence.Residents;
import io.cts.cache.upstream.Sightings;
import io.cts.codec.Codecs;
import io.cts.codec.DecodeBounds;
import io.cts.codec.MalformedLayer;
import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import io.cts.contract.LayerFeatures;
import io.cts.delta.tar.ContentId;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps layers as chunks that nobody asked for lately and whose files are mostly those of another layer of their
 * repository: older releases, which are still what agents hold and deltas build upon. The upstream's own bytes and variants
 * go; they are made again, or fetched, when they are wanted. Not thread-safe.
 */
final class Packer {
  private static final Logger LOG = LoggerFactory.getLogger(Packer.class);
  private static final long SMALLEST_BYTES = 1 << 20;
  /** Of the bytes of its files. */
  private static final double LEAST_SHARED = 0.5;
  /** Layers of the repository that one is compared with, those of the likeliest size first. */
  private static final int MOST_COMPARED = 16;
  /** Others may want their turn, and this process its end. */
  private static final Duration AT_A_TIME = Duration.ofSeconds(30);

  private final PackedBlobs blobs;
  private final Catalog catalog;
  private final Sightings sightings;
  private final Residents residents;
  private final Leases leases;
  private final Contents contents;
  private final MeterRegistry meters;
  private final Clock clock;
  private final int above;
  private final Duration after;
  /** Layers without kin, and how many layers they were compared with; and those that cannot be read. */
  private final Map<Digest, Integer> alone = new HashMap<>();

  /**
   * @param above percent of the store's room that have to be taken
   * @param after which a layer that nobody asked for is packed
   */
  Packer(PackedBlobs blobs, Catalog catalog, Sightings sightings, Residents residents, Leases leases, Contents contents,
      MeterRegistry meters, Clock clock, int above, Duration after) {
    this.blobs = blobs;
    this.catalog = catalog;
    this.sightings = sightings;
    this.residents = residents;
    this.leases = leases;
    this.contents = contents;
    this.meters = meters;
    this.clock = clock;
    this.above = above;
    this.after = after;
  }

  /** Packs what there is to pack, as long as its turn lasts. */
  void run() throws IOException {
    var began = System.nanoTime();
    var leased = leases.leased();
    for (var repository : sightings.latestFirst()) {
      var layers = layers(repository.manifests());
      for (var layer : layers.values()) {
        if (System.nanoTime() - began > AT_A_TIME.toNanos() || !residents.isFullerThan(above)) {
          return;
        }
        var stored = stored(layer);
        if (isCold(layer, stored.keySet(), leased)) {
          pack(layer, stored, layers.values().stream().toList());
        }
      }
    }
  }

  private Map<Digest, LayerFeatures> layers(Set<Digest> manifests) {
    return manifests.stream()
        .flatMap(manifest -> catalog.image(manifest).stream())
        .map(StoredImage::layers)
        .flatMap(List::stream)
        .flatMap(layer -> catalog.feature(layer.digest()).stream())
        .collect(Collectors.toMap(LayerFeatures::diffId, layer -> layer, (first, _) -> first, LinkedHashMap::new));
  }

  /** The blobs that a layer is stored in, and how it is encoded in each. */
  private Map<Digest, CodecFamily> stored(LayerFeatures layer) {
    var stored = new LinkedHashMap<Digest, CodecFamily>();
    stored.put(layer.diffId(), CodecFamily.IDENTITY);
    stored.put(layer.layer(), layer.storedAs());
    for (var variant : catalog.variants(layer.diffId()).values()) {
      if (variant.variant() != null) {
        stored.put(Objects.requireNonNull(variant.variant()), variant.encoding().family());
      }
    }
    stored.keySet().removeIf(blob -> residents.lastUsed(blob).isEmpty());
    return stored;
  }

  private boolean isCold(LayerFeatures layer, Set<Digest> stored, Set<Digest> leased) throws IOException {
    var then = clock.instant().minus(after);
    return layer.sizeBytes() >= SMALLEST_BYTES
        && layer.sizeBytes() <= PackedBlobs.LARGEST_BYTES
        && !stored.isEmpty()
        && !(stored.equals(Set.of(layer.diffId())) && blobs.isPacked(layer.diffId()))
        && stored.stream().noneMatch(leased::contains)
        && stored.stream().flatMap(blob -> residents.lastUsed(blob).stream()).allMatch(then::isAfter);
  }

  private void pack(LayerFeatures layer, Map<Digest, CodecFamily> stored, List<LayerFeatures> others)
      throws IOException {
    if (!blobs.isPacked(layer.diffId()) && (!hasKin(layer, others) || !isPacked(layer, stored))) {
      return;
    }
    for (var blob : stored.keySet()) {
      if (!blob.equals(layer.diffId())) {
        residents.remove(blob);
      }
    }
  }

  private boolean hasKin(LayerFeatures layer, List<LayerFeatures> others) {
    if (Integer.valueOf(others.size()).equals(alone.get(layer.diffId()))) {
      return false;
    }
    var wanted = contents.of(layer);
    var has = wanted.isPresent() && others.stream()
        .filter(other -> !other.diffId().equals(layer.diffId()))
        .sorted(Comparator.comparingDouble(
            other -> Math.abs(Math.log((1.0 + other.sizeBytes()) / (1.0 + layer.sizeBytes())))))
        .limit(MOST_COMPARED)
        .anyMatch(other -> shares(wanted.get(), other));
    if (!has) {
      alone.put(layer.diffId(), others.size());
    }
    return has;
  }

  private boolean shares(Map<ContentId, Long> wanted, LayerFeatures other) {
    var all = wanted.values().stream().mapToLong(Long::longValue).sum();
    return contents.of(other)
        .filter(its -> Contents.shared(wanted, its.keySet()) >= LEAST_SHARED * all)
        .isPresent();
  }

  /** Packs the layer from the first of its blobs that can be read. */
  private boolean isPacked(LayerFeatures layer, Map<Digest, CodecFamily> stored) {
    for (var blob : stored.entrySet()) {
      try (var from = blobs.open(blob.getKey());
          var plain = Codecs.of(blob.getValue())
              .decoder(from.from(0), DecodeBounds.plainSize(layer.sizeBytes()))) {
        var packed = blobs.pack(layer.diffId(), plain);
        meters.counter("cts.cache.packed.bytes").increment(packed.bytes());
        residents.packed(layer.diffId(), packed.storedBytes(), blob.getKey());
        LOG.info("layer {} is kept as chunks: {} of its {} bytes are new and take {}", layer.diffId(),
            packed.newBytes(), packed.bytes(), packed.storedBytes());
        return true;
      } catch (BlobMissing e) {
        LOG.debug("blob {} of layer {} is gone", blob.getKey(), layer.diffId());
      } catch (BlobCorrupt | MalformedLayer e) {
        LOG.warn("layer {} could not be packed from {}: {}", layer.diffId(), blob.getKey(), e.getMessage());
        alone.put(layer.diffId(), Integer.MAX_VALUE);
      } catch (IOException e) {
        LOG.warn("layer {} was not packed, will try again: {}", layer.diffId(), e.getMessage());
        return false;
      }
    }
    return false;
  }
}
