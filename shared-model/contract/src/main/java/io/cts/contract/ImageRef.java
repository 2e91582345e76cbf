package io.cts.contract;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a person types to name an image: {@code upstream/repository[:tag][@digest]}, with docker's short cuts
 * ({@code nginx} is {@code docker.io/library/nginx:latest}).
 *
 * <p>The grammar of repository and tag is that of the OCI distribution specification 1.1, "Pulling manifests".
 *
 * @param upstream the upstream's name, a host with an optional port
 * @param repository path components separated by slashes
 * @param tag absent where only a digest is given
 * @param digest absent where only a tag is given
 */
public record ImageRef(String upstream, String repository, @Nullable String tag, @Nullable Digest digest) {
  public static final String DOCKER_HUB = "docker.io";

  private static final Pattern UPSTREAM = Pattern.compile("[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::[0-9]{1,5})?");
  private static final Pattern REPOSITORY = Pattern
      .compile("[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*");
  private static final Pattern TAG = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}");
  private static final int LONGEST_REPOSITORY = 255;

  public ImageRef {
    if (!UPSTREAM.matcher(upstream).matches()) {
      throw new IllegalArgumentException("not an upstream: \"" + upstream + "\" (expected a host such as quay.io)");
    }
    if (!isRepository(repository)) {
      throw new IllegalArgumentException("not a repository: \"" + repository
          + "\" (expected lower-case letters, digits and single separators, such as library/nginx)");
    }
    if (tag != null && !isTag(tag)) {
      throw new IllegalArgumentException(
          "not a tag: \"" + tag + "\" (expected up to 128 letters, digits, '.', '_' or '-')");
    }
    if (tag == null && digest == null) {
      throw new IllegalArgumentException("an image needs a tag or a digest: " + upstream + "/" + repository);
    }
  }

  public static boolean isRepository(String text) {
    return text.length() <= LONGEST_REPOSITORY && REPOSITORY.matcher(text).matches();
  }

  public static boolean isTag(String text) {
    return TAG.matcher(text).matches();
  }

  /** Whether a first path component names an upstream rather than a part of a repository, as docker tells them apart. */
  public static boolean looksLikeUpstream(String component) {
    return (component.indexOf('.') >= 0 || component.indexOf(':') >= 0 || component.equals("localhost"))
        && UPSTREAM.matcher(component).matches();
  }

  /**
   * Parses what a person types.
   *
   * @throws IllegalArgumentException saying which part of {@code text} is wrong
   */
  @JsonCreator
  public static ImageRef parse(String text) {
    try {
      return parseParts(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("not an image reference: \"" + text + "\": " + e.getMessage(), e);
    }
  }

  private static ImageRef parseParts(String text) {
    var rest = text;
    Digest digest = null;
    var at = rest.indexOf('@');
    if (at >= 0) {
      digest = Digest.parse(rest.substring(at + 1));
      rest = rest.substring(0, at);
    }
    String tag = null;
    var colon = rest.lastIndexOf(':');
    if (colon > rest.lastIndexOf('/')) {
      tag = rest.substring(colon + 1);
      rest = rest.substring(0, colon);
    }
    var upstream = DOCKER_HUB;
    var slash = rest.indexOf('/');
    if (slash > 0 && looksLikeUpstream(rest.substring(0, slash))) {
      upstream = rest.substring(0, slash);
      rest = rest.substring(slash + 1);
    }
    if (upstream.equals("index.docker.io") || upstream.equals("registry-1.docker.io")) {
      upstream = DOCKER_HUB;
    }
    if (upstream.equals(DOCKER_HUB) && rest.indexOf('/') < 0 && !rest.isEmpty()) {
      rest = "library/" + rest;
    }
    return new ImageRef(upstream, rest, tag == null && digest == null ? "latest" : tag, digest);
  }

  /** {@code upstream/repository}, without tag or digest. */
  public String name() {
    return upstream + "/" + repository;
  }

  /** The same image named by digest alone. */
  public ImageRef at(Digest exact) {
    return new ImageRef(upstream, repository, null, exact);
  }

  /** The tag or digest that a manifest is asked for by; the digest wins, as in docker. */
  public String reference() {
    return digest != null ? digest.toString() : String.valueOf(tag);
  }

  @Override
  @JsonValue
  public String toString() {
    return name() + (tag == null ? "" : ":" + tag) + (digest == null ? "" : "@" + digest);
  }
}
