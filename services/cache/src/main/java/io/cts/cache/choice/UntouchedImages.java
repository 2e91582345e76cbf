package io.cts.cache.choice;

import io.cts.cache.catalog.Repository;
import io.cts.cache.upstream.Repositories;
import io.cts.contract.Digest;
import io.cts.oci.Descriptor;
import io.cts.oci.Manifest;
import io.cts.oci.MediaTypes;
import io.cts.oci.UpstreamFailure;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Tells the images that are served as they are: a new digest would break what somebody attached to the old one. */
public final class UntouchedImages {
  private static final List<String> LAZY_START = List.of("containerd.io/snapshot/stargz/toc.digest",
      "io.github.containers.zstd-chunked.manifest-checksum", "com.amazon.soci.index-digest");
  private static final List<String> SIGNATURES = List.of("cosign", "sigstore", "notary", "signature");

  private final Repositories repositories;
  private final boolean touchSigned;

  /** @param touchSigned whether signed images may get other forms all the same */
  public UntouchedImages(Repositories repositories, boolean touchSigned) {
    this.repositories = repositories;
    this.touchSigned = touchSigned;
  }

  /**
   * Why the image stays as it is, or null.
   *
   * @param index that it was chosen from: a signature may be on either
   */
  public @Nullable String why(Repository repository, Manifest manifest, @Nullable Digest index) throws IOException {
    if (!manifest.isImage()) {
      return "it is an artifact (" + (manifest.artifactType() == null
          ? manifest.config().mediaType()
          : manifest.artifactType()) + ") and no image";
    }
    for (var layer : manifest.layers()) {
      if (MediaTypes.isForeignLayer(layer.mediaType()) || !layer.urls().isEmpty()) {
        return "layer " + layer.digest().abbreviated() + " is foreign: it may only be had from where it says";
      }
      if (MediaTypes.layerCodec(layer.mediaType()).isEmpty()) {
        return "layer " + layer.digest().abbreviated() + " is of a type that CTS does not read: " + layer.mediaType();
      }
      for (var annotation : LAZY_START) {
        if (layer.annotations().containsKey(annotation) || manifest.annotations().containsKey(annotation)) {
          return "it carries metadata for a lazy start (" + annotation + ") that speaks of its very bytes";
        }
      }
    }
    if (manifest.layers().isEmpty()) {
      return "it has no layers";
    }
    return touchSigned ? null : signed(repository, manifest.digest(), index);
  }

  private @Nullable String signed(Repository repository, Digest manifest, @Nullable Digest index) throws IOException {
    for (var subject : index == null ? List.of(manifest) : List.of(manifest, index)) {
      if (referredByASignature(repository, subject) || hasSignatureTag(repository, subject)) {
        return "it is signed, and the signature names " + subject.abbreviated()
            + "; set cts.cache.touch-signed to serve other forms all the same";
      }
    }
    return null;
  }

  private boolean referredByASignature(Repository repository, Digest subject) throws IOException {
    try {
      return repositories.referrers(repository, subject).stream().anyMatch(UntouchedImages::isSignature);
    } catch (UpstreamFailure.NotFound e) {
      return false;
    }
  }

  /** Where cosign keeps signatures on registries without referrers. */
  private boolean hasSignatureTag(Repository repository, Digest subject) throws IOException {
    return repositories.exists(repository, "sha256-" + subject.hex() + ".sig");
  }

  private static boolean isSignature(Descriptor referrer) {
    var type = (referrer.artifactType() == null ? referrer.mediaType() : referrer.artifactType())
        .toLowerCase(Locale.ROOT);
    return SIGNATURES.stream().anyMatch(type::contains) || type.startsWith("application/vnd.amazon.soci");
  }
}
