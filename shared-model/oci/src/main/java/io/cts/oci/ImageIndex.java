package io.cts.oci;

import io.cts.contract.Digest;
import io.cts.contract.Platform;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Several images under one name: an OCI index or a docker manifest list (OCI image specification 1.1, image-index.md).
 *
 * <pre>{@code
 * {
 *   "schemaVersion": 2,
 *   "mediaType": "application/vnd.oci.image.index.v1+json",
 *   "manifests": [{"mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": "sha256:e692…", "size": 7143,
 *     "platform": {"architecture": "arm64", "os": "linux", "variant": "v8"}}]
 * }
 * }</pre>
 */
public record ImageIndex(RawManifest raw, List<Descriptor> manifests, Map<String, String> annotations)
    implements
      ManifestDocument {
  public static final int MOST_MANIFESTS = 2048;

  public ImageIndex {
    manifests = List.copyOf(manifests);
    annotations = Collections.unmodifiableMap(annotations);
  }

  public static ImageIndex parse(RawManifest raw) throws MalformedManifest {
    var root = ManifestDocument.readHeader("index", raw, "layers", "config", "fsLayers");
    if (!root.has("manifests")) {
      throw new MalformedManifest("index", "manifests", "expected an array");
    }
    return parsed(root, raw);
  }

  private static ImageIndex parsed(JsonPart root, RawManifest raw) throws MalformedManifest {
    var manifests = new ArrayList<Descriptor>();
    for (var manifest : root.array("manifests", MOST_MANIFESTS)) {
      manifests.add(Descriptor.read(manifest));
    }
    return new ImageIndex(raw, manifests, root.textMap("annotations"));
  }

  /** The entry that a node of this platform runs, as engines choose it; empty where there is none. */
  public Optional<Descriptor> choose(Platform wanted) {
    return PlatformChoice.of(wanted).among(manifests);
  }

  /**
   * The same index with some entries pointing elsewhere and some left out; everything else stays as it is, fields that
   * CTS does not know included. The same arguments give the same bytes.
   *
   * @param replaced by the digest of the entry
   * @param dropped digests of entries
   */
  public RawManifest rewritten(Map<Digest, RawManifest> replaced, Set<Digest> dropped) {
    var root = JsonPart.MAPPER.readTree(raw.bytes()).asObject();
    var entries = root.get("manifests").asArray();
    for (var i = entries.size() - 1; i >= 0; i--) {
      var digest = manifests.get(i).digest();
      var replacement = replaced.get(digest);
      if (dropped.contains(digest)) {
        entries.remove(i);
      } else if (replacement != null) {
        point((ObjectNode) entries.get(i), replacement);
      }
    }
    return RawManifest.of(raw.mediaType(), JsonPart.MAPPER.writeValueAsBytes(root));
  }

  private static void point(ObjectNode entry, RawManifest target) {
    entry.put("mediaType", target.mediaType());
    entry.put("digest", target.digest().toString());
    entry.put("size", target.sizeBytes());
  }

  /** The single entry of an index that holds one image and says nothing of platforms, or null. */
  static @Nullable Descriptor only(List<Descriptor> images) {
    return images.size() == 1 && images.getFirst().platform() == null ? images.getFirst() : null;
  }
}
