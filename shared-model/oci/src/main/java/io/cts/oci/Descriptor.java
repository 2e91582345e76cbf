package io.cts.oci;

import io.cts.contract.Digest;
import io.cts.contract.Platform;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Points at content (OCI image specification 1.1, descriptor.md).
 *
 * <pre>{@code
 * {"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "digest": "sha256:9834…", "size": 32654}
 * }</pre>
 *
 * @param sizeBytes as the document claims it
 * @param platform in an index; absent too where it names something that is no platform
 * @param urls where foreign layers may be had
 * @param annotations in the document's order
 */
public record Descriptor(
    String mediaType,
    Digest digest,
    long sizeBytes,
    @Nullable Platform platform,
    @Nullable String artifactType,
    List<String> urls,
    Map<String, String> annotations) {
  private static final int MOST_URLS = 64;

  public Descriptor {
    urls = List.copyOf(urls);
    annotations = Collections.unmodifiableMap(new LinkedHashMap<>(annotations));
  }

  public Descriptor(String mediaType, Digest digest, long sizeBytes) {
    this(mediaType, digest, sizeBytes, null, null, List.of(), Map.of());
  }

  static Descriptor read(JsonPart part) throws MalformedManifest {
    if (!part.node().isObject()) {
      throw part.malformed("expected a descriptor");
    }
    var platform = part.optionalObject("platform");
    return new Descriptor(part.text("mediaType"), part.digest("digest"), part.size("size"),
        platform.isPresent() ? platform(platform.get()) : null, part.optionalText("artifactType"),
        part.texts("urls", MOST_URLS), part.textMap("annotations"));
  }

  static @Nullable Platform platform(JsonPart part) throws MalformedManifest {
    var os = part.optionalText("os");
    var architecture = part.optionalText("architecture");
    var variant = part.optionalText("variant");
    if (os == null || architecture == null) {
      return null;
    }
    try {
      return new Platform(os, architecture, variant == null || variant.isEmpty() ? null : variant);
    } catch (IllegalArgumentException e) {
      return null; // an entry for an engine that CTS does not know must not hide the others
    }
  }

  /** Whether the entry of an index says something about another entry instead of being an image (BuildKit's attestations). */
  public boolean isAttestation() {
    return annotations.containsKey("vnd.docker.reference.digest")
        || platform != null && platform.os().equals("unknown") && platform.architecture().equals("unknown");
  }
}
