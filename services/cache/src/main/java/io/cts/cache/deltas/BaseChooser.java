package io.cts.cache.deltas;

import io.cts.cache.agents.AgentId;
import io.cts.cache.agents.Inventories;
import io.cts.cache.agents.ServedLayers;
import io.cts.cache.agents.ServedLayers.Served;
import io.cts.cache.catalog.Catalog;
import io.cts.cache.catalog.Repository;
import io.cts.cache.catalog.StoredImage;
import io.cts.cache.catalog.Variant;
import io.cts.cache.upstream.Sightings;
import io.cts.contract.Digest;
import io.cts.contract.LayerFeatures;
import io.cts.delta.tar.ContentId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which layers a delta for an agent may build upon, and which of them it should. It may build upon what the agent says it
 * holds, was given by CTS, and may still read (DESIGN, "The agent and deltas"). It should build upon what the agent holds
 * of other images of the same repository, and else upon what shares most with it.
 */
final class BaseChooser {
  /** Each has to be decoded to make the delta. */
  private static final int MOST_BASES = 4;
  private static final long MOST_BASE_BYTES = 8L << 30;
  /** Indexes that are looked at for one layer. */
  private static final int MOST_COMPARED = 64;
  /** Of the layer that a further base has to add. */
  private static final double LEAST_GAIN = 0.01;

  private final Catalog catalog;
  private final Sightings sightings;
  private final Inventories inventories;
  private final ServedLayers served;
  private final Contents contents;

  BaseChooser(Catalog catalog, Sightings sightings, Inventories inventories, ServedLayers served, Contents contents) {
    this.catalog = catalog;
    this.sightings = sightings;
    this.inventories = inventories;
    this.served = served;
    this.contents = contents;
  }

  /** The diffIDs that a delta for the agent may build upon, now. */
  Set<Digest> eligible(AgentId agent) {
    var held = inventories.of(agent);
    var eligible = new HashSet<Digest>();
    if (!held.isEmpty()) {
      for (var layer : served.of(agent)) {
        diffId(layer.blob()).filter(held::contains).filter(_ -> mayRead(layer)).ifPresent(eligible::add);
      }
    }
    return eligible;
  }

  /** The layers of all images of the repository that were read. */
  Set<Digest> diffIdsOf(Repository repository) {
    return sightings.manifests(repository)
        .stream()
        .flatMap(manifest -> catalog.image(manifest).stream())
        .flatMap(image -> layers(image).stream())
        .map(LayerFeatures::diffId)
        .collect(Collectors.toSet());
  }

  private Optional<Digest> diffId(Digest blob) {
    return catalog.byDiffId(blob)
        .or(() -> catalog.feature(blob))
        .map(LayerFeatures::diffId)
        .or(() -> catalog.variant(blob).map(Variant::diffId));
  }

  private boolean mayRead(Served layer) {
    return sightings.isPublic(layer.repository())
        && catalog.imagesWith(layer.blob()).stream().anyMatch(image -> sightings.allows(layer.repository(), image));
  }

  /**
   * The layers that a delta of {@code target} is best built upon, the likeliest first; none where nothing is near.
   *
   * @param eligible that may be built upon
   */
  List<LayerFeatures> choose(Repository repository, LayerFeatures target, Set<Digest> eligible) {
    if (eligible.contains(target.diffId())) {
      return List.of(); // an agent that holds it does not ask for it
    }
    var relatives = relatives(repository, target, eligible);
    var wanted = contents.of(target);
    return wanted.isPresent() && !wanted.get().isEmpty()
        ? sharingMost(wanted.get(), target, candidates(relatives, eligible), !relatives.isEmpty())
        : within(relatives.stream().limit(2).toList());
  }

  /** Layers of the repository's other images that stand where {@code target} does in its own; the same size first. */
  private List<LayerFeatures> relatives(Repository repository, LayerFeatures target, Set<Digest> eligible) {
    var places = new HashSet<Integer>();
    var placed = new HashMap<LayerFeatures, Integer>();
    for (var manifest : sightings.manifests(repository)) {
      var layers = catalog.image(manifest).map(this::layers).orElse(List.of());
      for (var place = 0; place < layers.size(); place++) {
        var layer = layers.get(place);
        if (layer.diffId().equals(target.diffId())) {
          places.add(place);
        } else if (eligible.contains(layer.diffId())) {
          placed.putIfAbsent(layer, place);
        }
      }
    }
    return placed.entrySet()
        .stream()
        .sorted(Comparator.<Map.Entry<LayerFeatures, Integer>>comparingInt(
            it -> places.contains(it.getValue()) ? 0 : 1)
            .thenComparingDouble(it -> Math.abs(Math.log((1.0 + it.getKey().sizeBytes()) / (1.0 + target.sizeBytes()))))
            .thenComparing(it -> it.getKey().diffId()))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Empty where one of them was not read yet. */
  private List<LayerFeatures> layers(StoredImage image) {
    var layers = new ArrayList<LayerFeatures>();
    for (var layer : image.layers()) {
      var features = catalog.feature(layer.digest());
      if (features.isEmpty()) {
        return List.of();
      }
      layers.add(features.get());
    }
    return layers;
  }

  private List<LayerFeatures> candidates(List<LayerFeatures> relatives, Set<Digest> eligible) {
    var candidates = new LinkedHashSet<>(relatives);
    eligible.stream()
        .flatMap(diffId -> catalog.byDiffId(diffId).stream())
        .sorted(Comparator.comparingLong(LayerFeatures::sizeBytes).reversed().thenComparing(LayerFeatures::diffId))
        .forEach(candidates::add);
    return candidates.stream().limit(MOST_COMPARED).toList();
  }

  /** A relative always: its files may all have changed a little. Then whatever adds most, as long as anything does. */
  private List<LayerFeatures> sharingMost(Map<ContentId, Long> wanted, LayerFeatures target,
      List<LayerFeatures> candidates, boolean takesNearest) {
    var left = new HashMap<>(wanted);
    var chosen = new ArrayList<LayerFeatures>();
    var open = new ArrayList<>(candidates);
    while (!open.isEmpty() && chosen.size() < MOST_BASES) {
      @Nullable
      LayerFeatures best = null;
      var gain = chosen.isEmpty() && takesNearest ? -1 : (long) (LEAST_GAIN * target.sizeBytes());
      for (var candidate : open) {
        var shared = contents.of(candidate).map(base -> Contents.shared(left, base.keySet())).orElse(0L);
        if (shared > gain) {
          best = candidate;
          gain = shared;
        }
      }
      if (best == null) {
        break;
      }
      chosen.add(best);
      open.remove(best);
      contents.of(best).ifPresent(base -> left.keySet().removeAll(base.keySet()));
    }
    return within(chosen);
  }

  /** Bytes of {@code target} that lie in none of {@code bases}; nothing where that is not known. */
  OptionalLong unshared(LayerFeatures target, List<LayerFeatures> bases) {
    var wanted = contents.of(target);
    if (wanted.isEmpty()) {
      return OptionalLong.empty();
    }
    var left = new HashMap<>(wanted.get());
    bases.forEach(base -> contents.of(base).ifPresent(held -> left.keySet().removeAll(held.keySet())));
    return OptionalLong.of(left.values().stream().mapToLong(Long::longValue).sum());
  }

  private static List<LayerFeatures> within(List<LayerFeatures> bases) {
    var chosen = new ArrayList<LayerFeatures>();
    var bytes = 0L;
    for (var base : bases) {
      bytes += base.sizeBytes();
      if (bytes <= MOST_BASE_BYTES) {
        chosen.add(base);
      }
    }
    return chosen;
  }
}
