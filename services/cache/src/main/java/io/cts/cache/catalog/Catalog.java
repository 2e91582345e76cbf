package io.cts.cache.catalog;

import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import io.cts.contract.EngineClass;
import io.cts.contract.Form;
import io.cts.contract.LayerFeatures;
import io.cts.oci.Descriptor;
import io.cts.oci.MalformedManifest;
import io.cts.oci.Manifest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What is known, in memory: serving reads nothing else. Thread-safe; each method is atomic by itself, and whatever is
 * added stays true, so that readers need no more than that.
 */
public final class Catalog {
  private final Map<Digest, StoredImage> images = new ConcurrentHashMap<>();
  private final Map<Digest, Set<Digest>> imagesByBlob = new ConcurrentHashMap<>();
  private final Map<Digest, LayerFeatures> layers = new ConcurrentHashMap<>();
  private final Map<Digest, LayerFeatures> layersByDiffId = new ConcurrentHashMap<>();
  private final Map<Digest, Map<Encoding, Variant>> variants = new ConcurrentHashMap<>();
  private final Map<Digest, Variant> variantsByDigest = new ConcurrentHashMap<>();
  private final Map<Digest, MadeManifest> made = new ConcurrentHashMap<>();
  private final Map<FormKey, MadeManifest> madeByOriginal = new ConcurrentHashMap<>();
  private final Map<ClassKey, FixedForm> forms = new ConcurrentHashMap<>();
  private final Set<Digest> named = ConcurrentHashMap.newKeySet();
  private final Set<Digest> indexes = ConcurrentHashMap.newKeySet();
  private final Set<Digest> ready = ConcurrentHashMap.newKeySet();
  private final AtomicLong changes = new AtomicLong();

  private record FormKey(Digest original, Form form, @Nullable EngineClass engineClass) {}

  private record ClassKey(Digest original, EngineClass engineClass) {}

  public void add(StoredImage image) {
    changes.incrementAndGet();
    images.put(image.manifest(), image);
    belongs(image.config(), image.manifest());
    image.layers().forEach(layer -> belongs(layer.digest(), image.manifest()));
    image.layers().forEach(layer -> feature(layer.digest()).ifPresent(it -> belongs(it.diffId(), image.manifest())));
  }

  public void add(LayerFeatures features) {
    changes.incrementAndGet();
    layers.put(features.layer(), features);
    layersByDiffId.putIfAbsent(features.diffId(), features);
    if (features.tarIndex() != null) {
      indexes.add(features.tarIndex());
    }
    imagesByBlob.getOrDefault(features.layer(), Set.of()).forEach(image -> belongs(features.diffId(), image));
  }

  public void add(Variant variant) {
    changes.incrementAndGet();
    variants.computeIfAbsent(variant.diffId(), _ -> new ConcurrentHashMap<>()).put(variant.encoding(), variant);
    if (variant.variant() != null) {
      variantsByDigest.put(variant.variant(), variant);
    }
  }

  /** Forgets a variant whose bytes were evicted. */
  public void remove(Variant variant) {
    var ofLayer = variants.get(variant.diffId());
    if (ofLayer != null) {
      ofLayer.remove(variant.encoding(), variant);
    }
  }

  /** Adds a made manifest, and links what its layers are called in it to the image. */
  public void add(MadeManifest manifest) {
    changes.incrementAndGet();
    if (manifest.engineClass() == null) {
      for (var layer : layersOf(manifest)) {
        belongs(layer.digest(), manifest.original());
        if (manifest.form() == Form.ZSTD) {
          named.add(layer.digest());
        }
      }
    }
    made.put(manifest.digest(), manifest);
    madeByOriginal.putIfAbsent(new FormKey(manifest.original(), manifest.form(), manifest.engineClass()), manifest);
  }

  private static List<Descriptor> layersOf(MadeManifest manifest) {
    try {
      return Manifest.parse(manifest.raw()).layers();
    } catch (MalformedManifest e) {
      throw new IllegalArgumentException("CTS made a manifest that it cannot read: " + manifest.digest(), e);
    }
  }

  /** Fixes the form of an image for a class of engines; false where it is fixed already. */
  public boolean fix(Digest original, EngineClass engineClass, FixedForm form) {
    changes.incrementAndGet();
    return forms.putIfAbsent(new ClassKey(original, engineClass), form) == null;
  }

  /** Takes over a form that is fixed for all processes, whatever this one thought. */
  void refix(Digest original, EngineClass engineClass, FixedForm form) {
    changes.incrementAndGet();
    forms.put(new ClassKey(original, engineClass), form);
  }

  /** All that the image's first plan wanted is there: forms may be chosen from now on. */
  public void markReady(Digest manifest) {
    changes.incrementAndGet();
    ready.add(manifest);
  }

  public boolean isReady(Digest manifest) {
    return ready.contains(manifest);
  }

  public Optional<StoredImage> image(Digest manifest) {
    return Optional.ofNullable(images.get(manifest));
  }

  /** All of them; a copy. */
  public List<StoredImage> images() {
    return List.copyOf(images.values());
  }

  /** The manifests that a blob belongs to, by any of its names: upstream's digest, diffID, configuration. */
  public Set<Digest> imagesWith(Digest blob) {
    return imagesByBlob.getOrDefault(blob, Set.of());
  }

  /** What is known of an upstream's layer blob. */
  public Optional<LayerFeatures> feature(Digest layer) {
    return Optional.ofNullable(layers.get(layer));
  }

  /** One of the upstream's layer blobs that decode to the given tar. */
  public Optional<LayerFeatures> byDiffId(Digest diffId) {
    return Optional.ofNullable(layersByDiffId.get(diffId));
  }

  /** What was made of a layer, and what could not be; a copy. */
  public Map<Encoding, Variant> variants(Digest diffId) {
    return new TreeMap<>(variants.getOrDefault(diffId, Map.of()));
  }

  public Optional<Variant> variant(Digest variant) {
    return Optional.ofNullable(variantsByDigest.get(variant));
  }

  public Optional<MadeManifest> made(Digest digest) {
    return Optional.ofNullable(made.get(digest));
  }

  public Optional<MadeManifest> made(Digest original, Form form) {
    return Optional.ofNullable(madeByOriginal.get(new FormKey(original, form, null)));
  }

  public Optional<MadeManifest> madeIndex(Digest original, EngineClass engineClass) {
    for (var form : Form.values()) {
      var index = madeByOriginal.get(new FormKey(original, form, engineClass));
      if (index != null) {
        return Optional.of(index);
      }
    }
    return Optional.empty();
  }

  public Optional<Form> form(Digest original, EngineClass engineClass) {
    return fixed(original, engineClass).map(FixedForm::form);
  }

  public Optional<FixedForm> fixed(Digest original, EngineClass engineClass) {
    return Optional.ofNullable(forms.get(new ClassKey(original, engineClass)));
  }

  /** Whether a served zstd manifest names the variant: it never gives way to another. */
  public boolean isNamed(Digest variant) {
    return named.contains(variant);
  }

  /** Whether the blob is the index of a layer: small, and never made twice. */
  public boolean isIndex(Digest blob) {
    return indexes.contains(blob);
  }

  /** Counts what was added. */
  public long changes() {
    return changes.get();
  }

  /** Links a blob to an image that it belongs to. */
  public void belongs(Digest blob, Digest manifest) {
    imagesByBlob.computeIfAbsent(blob, _ -> ConcurrentHashMap.newKeySet()).add(manifest);
  }
}
