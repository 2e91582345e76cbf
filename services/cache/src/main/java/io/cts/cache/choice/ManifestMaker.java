package io.cts.cache.choice;

import io.cts.cache.catalog.Catalog;
import io.cts.cache.catalog.MadeManifest;
import io.cts.cache.catalog.StoredImage;
import io.cts.cache.catalog.Variant;
import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import io.cts.contract.Form;
import io.cts.oci.Descriptor;
import io.cts.oci.Documents;
import io.cts.oci.Manifest;
import io.cts.oci.MediaTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Makes the manifests of an image's other forms. They are deterministic: the same original, and for the zstd form the
 * same variants, give the same bytes. The configuration is kept, and with it the image ID.
 */
public final class ManifestMaker {
  /** Names the upstream's manifest in what was made of it. */
  static final String ORIGINAL = "io.cts.original";
  /** Names the encoding of a layer of the zstd form, so that any CTS can make its bytes again. */
  static final String ENCODING = "io.cts.encoding";

  private final Catalog catalog;

  public ManifestMaker(Catalog catalog) {
    this.catalog = catalog;
  }

  /** Layers as uncompressed tars; empty while a layer is not profiled. */
  public Optional<MadeManifest> plain(StoredImage image) {
    var layers = new ArrayList<Descriptor>();
    for (var layer : image.layers()) {
      var features = catalog.feature(layer.digest());
      if (features.isEmpty()) {
        return Optional.empty();
      }
      layers.add(new Descriptor(MediaTypes.OCI_LAYER, features.get().diffId(), features.get().sizeBytes()));
    }
    return Optional.of(made(image, Form.PLAIN, layers));
  }

  /** Layers as zstd; empty while a layer has no zstd variant. A layer that the upstream stores as zstd stays as it is. */
  public Optional<MadeManifest> zstd(StoredImage image) {
    var layers = new ArrayList<Descriptor>();
    for (var layer : image.layers()) {
      var features = catalog.feature(layer.digest());
      if (features.isEmpty()) {
        return Optional.empty();
      }
      if (features.get().storedAs() == CodecFamily.ZSTD) {
        layers.add(new Descriptor(MediaTypes.OCI_LAYER_ZSTD, layer.digest(), layer.sizeBytes()));
        continue;
      }
      var variant = zstdVariant(features.get().diffId());
      if (variant.isEmpty()) {
        return Optional.empty();
      }
      layers
          .add(new Descriptor(MediaTypes.OCI_LAYER_ZSTD, digestOf(variant.get()), variant.get().sizeBytes(), null, null,
              List.of(), Map.of(ENCODING, variant.get().encoding().toString())));
    }
    return Optional.of(made(image, Form.ZSTD, layers));
  }

  /** The one that a manifest of another image names already, so that a shared layer is fetched once; else the smallest. */
  private Optional<Variant> zstdVariant(Digest diffId) {
    Variant smallest = null;
    for (var entry : catalog.variants(diffId).entrySet()) {
      Encoding encoding = entry.getKey();
      var variant = entry.getValue();
      if (encoding.family() != CodecFamily.ZSTD || variant.failed()) {
        continue;
      }
      if (catalog.isNamed(digestOf(variant))) {
        return Optional.of(variant);
      }
      if (smallest == null || variant.sizeBytes() < smallest.sizeBytes()) {
        smallest = variant;
      }
    }
    return Optional.ofNullable(smallest);
  }

  private static Digest digestOf(Variant variant) {
    var digest = variant.variant();
    if (digest == null) {
      throw new IllegalArgumentException("a variant that could not be made has no digest: " + variant);
    }
    return digest;
  }

  private static MadeManifest made(StoredImage image, Form form, List<Descriptor> layers) {
    var config = new Descriptor(MediaTypes.OCI_CONFIG, image.config(), image.configSizeBytes());
    return made(image.manifest(), config, image.annotations(), form, layers);
  }

  /** The plain form of an image that is not stored yet. */
  static MadeManifest plain(Manifest original, List<Descriptor> layers) {
    var config = new Descriptor(MediaTypes.OCI_CONFIG, original.config().digest(), original.config().sizeBytes());
    return made(original.digest(), config, original.annotations(), Form.PLAIN, layers);
  }

  private static MadeManifest made(Digest original, Descriptor config, Map<String, String> annotations, Form form,
      List<Descriptor> layers) {
    var own = new TreeMap<>(annotations);
    own.put(ORIGINAL, original.toString());
    return new MadeManifest(Documents.manifest(config, layers, own), original, form, null);
  }
}
