package io.cts.client.agent;

import io.cts.contract.Digest;
import io.cts.contract.ImageRef;
import io.cts.oci.Reference;
import org.jspecify.annotations.Nullable;

/** What an engine asks a mirror for (OCI distribution specification 1.1, "Endpoints"). */
sealed interface MirrorPath {

  /** {@code /v2/}: is this a registry? */
  record Base() implements MirrorPath {}

  record ManifestPath(MirroredName name, Reference reference) implements MirrorPath {}

  record BlobPath(MirroredName name, Digest digest) implements MirrorPath {}

  /** What CTS answers for itself: tags and referrers. */
  record ListPath(MirroredName name, String rest) implements MirrorPath {}

  /**
   * @param ns containerd's query parameter that names the registry that is mirrored
   * @throws MirrorFailure saying what was expected
   */
  static MirrorPath parse(String path, @Nullable String ns) throws MirrorFailure {
    if (path.equals("/v2/") || path.equals("/v2")) {
      return new Base();
    }
    var rest = path.startsWith("/v2/") ? path.substring("/v2/".length()) : "";
    var last = rest.lastIndexOf('/');
    var verb = last < 0 ? -1 : rest.lastIndexOf('/', last - 1);
    if (verb <= 0) {
      throw unknown(path);
    }
    var argument = rest.substring(last + 1);
    var name = MirroredName.parse(rest.substring(0, verb), ns);
    try {
      return switch (rest.substring(verb + 1, last)) {
        case "manifests" -> new ManifestPath(name, Reference.parse(argument));
        case "blobs" -> new BlobPath(name, Digest.parse(argument));
        case "tags", "referrers" -> new ListPath(name, rest.substring(verb + 1));
        default -> throw unknown(path);
      };
    } catch (IllegalArgumentException e) {
      throw new MirrorFailure(400, ImageRef.isTag(argument) ? "NAME_INVALID" : "DIGEST_INVALID",
          String.valueOf(e.getMessage()), e);
    }
  }

  private static MirrorFailure unknown(String path) {
    return new MirrorFailure(404, "NAME_UNKNOWN",
        "there is nothing at " + path
            + "; a registry answers /v2/NAME/manifests/, /blobs/, /tags/list and /referrers/");
  }

  /** A repository and the registry that it is in. */
  record MirroredName(String upstream, String repository) {

    static MirroredName parse(String text, @Nullable String ns) throws MirrorFailure {
      var upstream = ImageRef.DOCKER_HUB;
      var repository = text;
      var slash = text.indexOf('/');
      if (ns != null && !ns.isEmpty()) {
        upstream = ns;
      } else if (slash > 0 && ImageRef.looksLikeUpstream(text.substring(0, slash))) {
        upstream = text.substring(0, slash);
        repository = text.substring(slash + 1);
      }
      try {
        // parsed as a person would have typed it: docker.io's other names, and its library
        var name = ImageRef.parse(upstream + "/" + repository + ":any");
        return new MirroredName(name.upstream(), name.repository());
      } catch (IllegalArgumentException e) {
        throw new MirrorFailure(400, "NAME_INVALID", String.valueOf(e.getMessage()), e);
      }
    }

    /** As CTS wants it. */
    String path() {
      return upstream + "/" + repository;
    }

    @Override
    public String toString() {
      return path();
    }
  }
}
