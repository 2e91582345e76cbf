package io.cts.cache.registry;

import io.cts.cache.catalog.Repository;
import io.cts.contract.Digest;
import io.cts.contract.ImageRef;
import org.jspecify.annotations.Nullable;

/** What a path under {@code /v2/} asks for (OCI distribution specification 1.1, "Endpoints"). */
sealed interface RegistryPath {

  /** {@code /v2/}: is this a registry? */
  record Base() implements RegistryPath {}

  /** @param reference a tag or a digest */
  record ManifestPath(Repository repository, String reference) implements RegistryPath {}

  record BlobPath(Repository repository, Digest digest) implements RegistryPath {}

  record TagsPath(Repository repository) implements RegistryPath {}

  record ReferrersPath(Repository repository, Digest subject) implements RegistryPath {}

  /** What meters call requests of this kind. */
  default String pattern() {
    return switch (this) {
      case Base _ -> "/v2/";
      case ManifestPath _ -> "/v2/{name}/manifests/{reference}";
      case BlobPath _ -> "/v2/{name}/blobs/{digest}";
      case TagsPath _ -> "/v2/{name}/tags/list";
      case ReferrersPath _ -> "/v2/{name}/referrers/{digest}";
    };
  }

  /**
   * @param path the request's path, from {@code /v2/} on
   * @param ns containerd's query parameter that names the upstream of a mirrored request
   * @throws RegistryException NAME_INVALID, DIGEST_INVALID or TAG_INVALID, saying what was expected
   */
  static RegistryPath parse(String path, @Nullable String ns) {
    if (path.equals("/v2/") || path.equals("/v2")) {
      return new Base();
    }
    var rest = path.substring("/v2/".length());
    if (rest.endsWith("/tags/list")) {
      return new TagsPath(repository(rest.substring(0, rest.length() - "/tags/list".length()), ns));
    }
    var last = rest.lastIndexOf('/');
    var verb = last < 0 ? -1 : rest.lastIndexOf('/', last - 1);
    if (verb <= 0) {
      throw new RegistryException(OciError.NAME_UNKNOWN, "there is nothing at " + path
          + "; a registry answers /v2/NAME/manifests/, /blobs/, /tags/list and /referrers/");
    }
    var name = rest.substring(0, verb);
    var argument = rest.substring(last + 1);
    return switch (rest.substring(verb + 1, last)) {
      case "manifests" -> new ManifestPath(repository(name, ns), reference(argument));
      case "blobs" -> new BlobPath(repository(name, ns), digest(argument));
      case "referrers" -> new ReferrersPath(repository(name, ns), digest(argument));
      default -> throw new RegistryException(OciError.NAME_UNKNOWN, "there is nothing at " + path
          + "; a registry answers /v2/NAME/manifests/, /blobs/, /tags/list and /referrers/");
    };
  }

  private static Repository repository(String name, @Nullable String ns) {
    var upstream = ImageRef.DOCKER_HUB;
    var repository = name;
    var slash = name.indexOf('/');
    if (ns != null && !ns.isEmpty()) {
      upstream = ns;
    } else if (slash > 0 && ImageRef.looksLikeUpstream(name.substring(0, slash))) {
      upstream = name.substring(0, slash);
      repository = name.substring(slash + 1);
    }
    if (upstream.equals("registry-1.docker.io") || upstream.equals("index.docker.io")) {
      upstream = ImageRef.DOCKER_HUB;
    }
    if (upstream.equals(ImageRef.DOCKER_HUB) && repository.indexOf('/') < 0) {
      repository = "library/" + repository;
    }
    if (!ImageRef.isRepository(repository)) {
      throw new RegistryException(OciError.NAME_INVALID, "not a repository: \"" + repository
          + "\" (expected lower-case letters, digits and single separators, such as library/nginx)");
    }
    return new Repository(upstream, repository);
  }

  private static String reference(String text) {
    if (text.indexOf(':') >= 0) {
      return digest(text).toString();
    }
    if (!ImageRef.isTag(text)) {
      throw new RegistryException(OciError.TAG_INVALID,
          "not a tag: \"" + text + "\" (expected up to 128 letters, digits, '.', '_' or '-')");
    }
    return text;
  }

  /** @throws RegistryException DIGEST_INVALID */
  static Digest digest(String text) {
    try {
      return Digest.parse(text);
    } catch (IllegalArgumentException e) {
      throw new RegistryException(OciError.DIGEST_INVALID, String.valueOf(e.getMessage()), null, e);
    }
  }
}
