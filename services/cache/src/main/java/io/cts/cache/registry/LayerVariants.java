package io.cts.cache.registry;

import io.cts.blobs.BlobReader;
import io.cts.cache.catalog.Catalog;
import io.cts.cache.catalog.Variant;
import io.cts.cache.choice.EncodingChooser;
import io.cts.cache.observe.Caller;
import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import io.cts.contract.LayerFeatures;
import io.cts.cost.EncodingChoice;
import io.cts.cost.LayerState;
import java.io.IOException;

/** The variants of a layer that was read: which one suits a caller, what it is called, which blob its bytes are. */
final class LayerVariants {
  private final Catalog catalog;
  private final BlobReader blobs;
  private final EncodingChooser encodings;

  LayerVariants(Catalog catalog, BlobReader blobs, EncodingChooser encodings) {
    this.catalog = catalog;
    this.blobs = blobs;
    this.encodings = encodings;
  }

  String modelVersion() {
    return encodings.modelVersion();
  }

  /** Chooses among what is there; what the store has lost since it was noted is no candidate any more. */
  EncodingChoice choose(Caller caller, LayerFeatures layer) throws IOException {
    while (true) {
      var choice = encodings.choose(caller, layer);
      var variant = catalog.variants(layer.diffId()).get(choice.encoding());
      if (variant == null || variant.variant() == null || blobs.size(variant.variant()).isPresent()) {
        return choice;
      }
      catalog.remove(variant);
    }
  }

  /** The blob of a layer other than plain. */
  Digest bytes(LayerFeatures layer, Encoding encoding) throws IOException {
    return isOwn(layer, encoding) ? layer.layer() : variantBytes(layer, encoding);
  }

  private static boolean isOwn(LayerFeatures layer, Encoding encoding) {
    return encoding.equals(LayerState.asStored(layer).ownEncoding());
  }

  private Digest variantBytes(LayerFeatures layer, Encoding encoding) throws IOException {
    var variant = catalog.variants(layer.diffId()).get(encoding);
    if (variant == null || variant.variant() == null) {
      throw new IOException("the " + encoding + " variant of " + layer.diffId() + " is gone; ask again");
    }
    return variant.variant();
  }

  /** The one of that name: its digest, or its encoding. */
  Encoding named(LayerFeatures layer, String name) {
    return name.indexOf(':') < 0 ? ofEncoding(layer, name) : ofDigest(layer, RegistryPath.digest(name));
  }

  private Encoding ofEncoding(LayerFeatures layer, String encoding) {
    return catalog.variants(layer.diffId())
        .values()
        .stream()
        .filter(it -> !it.failed() && it.encoding().toString().equals(encoding))
        .map(Variant::encoding)
        .findFirst()
        .orElseThrow(() -> gone(layer, encoding));
  }

  private Encoding ofDigest(LayerFeatures layer, Digest variant) {
    if (variant.equals(layer.diffId())) {
      return Encoding.IDENTITY;
    }
    if (variant.equals(layer.layer())) {
      return LayerState.asStored(layer).ownEncoding();
    }
    return catalog.variant(variant)
        .filter(it -> it.diffId().equals(layer.diffId()))
        .map(Variant::encoding)
        .orElseThrow(() -> gone(layer, variant));
  }

  private static RegistryException gone(LayerFeatures layer, Object variant) {
    return new RegistryException(OciError.BLOB_UNKNOWN,
        "variant " + variant + " of layer " + layer.diffId() + " is gone; ask for any");
  }
}
