package io.cts.oci;

import io.cts.contract.Digest;
import java.io.IOException;
import java.util.Map;

/** Fetches a manifest or an index (OCI distribution specification 1.1, end-3). */
record FetchManifest(Repository from, Reference reference) implements RegistryVerb<RawManifest> {

  @Override
  public String path() {
    return from.path() + "/manifests/" + reference;
  }

  @Override
  public String repository() {
    return from.path();
  }

  @Override
  public Map<String, String> headers() {
    return Map.of("Accept", MediaTypes.ACCEPT_MANIFESTS);
  }

  @Override
  public String tried() {
    return "fetch manifest " + reference + " of " + from;
  }

  @Override
  public RawManifest read(Answer answer) throws IOException {
    var tooLong = "the manifest is longer than " + RawManifest.MOST_BYTES + " bytes";
    if (answer.contentLength().orElse(0) > RawManifest.MOST_BYTES) {
      throw new UpstreamFailure.Malformed(tried(), tooLong, null);
    }
    var bytes = answer.bodyUpTo(RawManifest.MOST_BYTES);
    if (bytes.length > RawManifest.MOST_BYTES) {
      throw new UpstreamFailure.Malformed(tried(), tooLong, null);
    }
    var claimed = answer.header("Docker-Content-Digest");
    var mediaType = mediaType(answer);
    return switch (reference) {
      case Reference.Exact exact -> RawManifest.named(exact.digest(), mediaType, bytes);
      case Reference.Tag tag when claimed != null -> RawManifest.named(digest(claimed), mediaType, bytes);
      case Reference.Tag tag -> RawManifest.of(mediaType, bytes);
    };
  }

  private Digest digest(String text) throws UpstreamFailure {
    try {
      return Digest.parse(text);
    } catch (IllegalArgumentException e) {
      throw new UpstreamFailure.Malformed(tried(), "the registry's digest is none: " + e.getMessage(), e);
    }
  }

  /** Without parameters. */
  static String mediaType(Answer answer) {
    var type = answer.header("Content-Type");
    if (type == null) {
      return "application/octet-stream";
    }
    var semicolon = type.indexOf(';');
    return (semicolon < 0 ? type : type.substring(0, semicolon)).strip();
  }
}
