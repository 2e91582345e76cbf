package io.cts.client.agent;

import io.cts.contract.Digest;
import io.cts.oci.Descriptor;
import io.cts.oci.Manifest;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** What the manifests that passed through here say of blobs: how large they are, and what a plain layer was made from. */
final class KnownBlobs {
  private static final int MOST = 20_000;

  private final Map<Digest, Long> sizes = bounded();
  private final Map<Digest, Descriptor> originals = bounded();

  private static <V> Map<Digest, V> bounded() {
    return Collections.synchronizedMap(new LinkedHashMap<>(64, 0.75f, true) {
      private static final long serialVersionUID = 1;

      @Override
      protected boolean removeEldestEntry(Map.Entry<Digest, V> eldest) {
        return size() > MOST;
      }
    });
  }

  void note(Manifest manifest) {
    sizes.put(manifest.config().digest(), manifest.config().sizeBytes());
    manifest.layers().forEach(layer -> sizes.put(layer.digest(), layer.sizeBytes()));
  }

  /** A made manifest and the one that it was made from: their layers are the same, one by one. */
  void pair(Manifest made, Manifest original) {
    for (var i = 0; i < Math.min(made.layers().size(), original.layers().size()); i++) {
      var layer = made.layers().get(i);
      if (!layer.digest().equals(original.layers().get(i).digest())) {
        originals.put(layer.digest(), original.layers().get(i));
      }
    }
  }

  OptionalLong size(Digest digest) {
    var size = sizes.get(digest);
    return size == null ? OptionalLong.empty() : OptionalLong.of(size);
  }

  /** The upstream's layer that a plain one was made from. */
  Optional<Descriptor> original(Digest plain) {
    return Optional.ofNullable(originals.get(plain));
  }
}
