package io.cts.oci;

import io.cts.contract.Digest;
import java.util.Map;

/** Asks what a reference points at (OCI distribution specification 1.1, end-3, HEAD). */
record CheckManifest(Repository from, Reference reference) implements RegistryVerb<Upstream.ManifestHead> {

  @Override
  public String method() {
    return "HEAD";
  }

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
    return "check manifest " + reference + " of " + from;
  }

  @Override
  public Upstream.ManifestHead read(Answer answer) throws UpstreamFailure {
    var digest = answer.header("Docker-Content-Digest");
    try {
      return new Upstream.ManifestHead(FetchManifest.mediaType(answer), digest == null ? null : Digest.parse(digest),
          answer.contentLength().orElse(-1));
    } catch (IllegalArgumentException e) {
      throw new UpstreamFailure.Malformed(tried(), "the registry's digest is none: " + e.getMessage(), e);
    }
  }
}
