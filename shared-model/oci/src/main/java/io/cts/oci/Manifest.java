package io.cts.oci;

import io.cts.contract.Digest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One image, or one artifact: an OCI manifest or a docker one of schema 2 (OCI image specification 1.1, manifest.md).
 *
 * <pre>{@code
 * {
 *   "schemaVersion": 2,
 *   "mediaType": "application/vnd.oci.image.manifest.v1+json",
 *   "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": "sha256:b5b2…", "size": 7023},
 *   "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "digest": "sha256:9834…", "size": 32654}]
 * }
 * }</pre>
 *
 * @param layers lowest first
 * @param subject what it refers to, for the referrers API
 */
public record Manifest(
    RawManifest raw,
    Descriptor config,
    List<Descriptor> layers,
    @Nullable String artifactType,
    @Nullable Descriptor subject,
    Map<String, String> annotations) implements ManifestDocument {
  /** Four times what overlay file systems can stack (docker allows 127). */
  public static final int MOST_LAYERS = 512;

  public Manifest {
    layers = List.copyOf(layers);
    annotations = Collections.unmodifiableMap(annotations);
  }

  public static Manifest parse(RawManifest raw) throws MalformedManifest {
    var root = ManifestDocument.readHeader("manifest", raw, "manifests", "fsLayers");
    var layers = new ArrayList<Descriptor>();
    for (var layer : root.array("layers", MOST_LAYERS)) {
      layers.add(Descriptor.read(layer));
    }
    var subject = root.optionalObject("subject");
    return new Manifest(raw, Descriptor.read(root.object("config")), layers, root.optionalText("artifactType"),
        subject.isPresent() ? Descriptor.read(subject.get()) : null, root.textMap("annotations"));
  }

  public Digest digest() {
    return raw.digest();
  }

  /** Whether it is an image that an engine can run, rather than an artifact such as a signature or a chart. */
  public boolean isImage() {
    return artifactType == null && MediaTypes.isImageConfig(config.mediaType());
  }
}
