package io.cts.oci;

import io.cts.contract.CodecFamily;
import java.util.Optional;
import java.util.Set;

/** The media types of images (OCI image specification 1.1, media-types.md; docker's "Image Manifest V 2, Schema 2"). */
public final class MediaTypes {
  public static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
  public static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  public static final String OCI_CONFIG = "application/vnd.oci.image.config.v1+json";
  public static final String OCI_LAYER = "application/vnd.oci.image.layer.v1.tar";
  public static final String OCI_LAYER_GZIP = "application/vnd.oci.image.layer.v1.tar+gzip";
  public static final String OCI_LAYER_ZSTD = "application/vnd.oci.image.layer.v1.tar+zstd";
  /** The two bytes {@code {}} that artifacts use for a configuration. */
  public static final String OCI_EMPTY = "application/vnd.oci.empty.v1+json";
  public static final String DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";
  public static final String DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
  public static final String DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json";
  public static final String DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar";
  public static final String DOCKER_LAYER_GZIP = "application/vnd.docker.image.rootfs.diff.tar.gzip";

  /** What a client that reads every document asks for. */
  public static final String ACCEPT_MANIFESTS = String.join(", ", OCI_INDEX, DOCKER_LIST, OCI_MANIFEST,
      DOCKER_MANIFEST);

  private static final String OCI_FOREIGN_LAYER = "application/vnd.oci.image.layer.nondistributable.v1.tar";
  private static final String DOCKER_FOREIGN_LAYER = "application/vnd.docker.image.rootfs.foreign.diff.tar";
  private static final Set<String> TAR_LAYERS = Set.of(OCI_LAYER, DOCKER_LAYER);
  private static final Set<String> GZIP_LAYERS = Set.of(OCI_LAYER_GZIP, DOCKER_LAYER_GZIP);
  /** docker's twin of the OCI type is in no specification, and found in registries. */
  private static final Set<String> ZSTD_LAYERS = Set.of(OCI_LAYER_ZSTD,
      "application/vnd.docker.image.rootfs.diff.tar.zstd");

  private MediaTypes() {}

  public static boolean isIndex(String mediaType) {
    return mediaType.equals(OCI_INDEX) || mediaType.equals(DOCKER_LIST);
  }

  public static boolean isManifest(String mediaType) {
    return mediaType.equals(OCI_MANIFEST) || mediaType.equals(DOCKER_MANIFEST);
  }

  public static boolean isImageConfig(String mediaType) {
    return mediaType.equals(OCI_CONFIG) || mediaType.equals(DOCKER_CONFIG);
  }

  /** Whether the bytes may only be had from where {@code urls} says: "foreign" or "nondistributable". */
  public static boolean isForeignLayer(String mediaType) {
    return mediaType.startsWith(OCI_FOREIGN_LAYER) || mediaType.startsWith(DOCKER_FOREIGN_LAYER);
  }

  /** How a layer of this type is encoded; empty where it is no layer that CTS can read. */
  public static Optional<CodecFamily> layerCodec(String mediaType) {
    if (TAR_LAYERS.contains(mediaType)) {
      return Optional.of(CodecFamily.IDENTITY);
    }
    if (GZIP_LAYERS.contains(mediaType)) {
      return Optional.of(CodecFamily.GZIP);
    }
    return ZSTD_LAYERS.contains(mediaType) ? Optional.of(CodecFamily.ZSTD) : Optional.empty();
  }
}
