package io.cts.oci;

import io.cts.contract.ImageRef;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedSet;
import java.util.stream.Collectors;

/** The upstreams that may be asked, by name. What is not on the list is not asked. */
public final class Upstreams implements AutoCloseable {
  private final Map<String, Upstream> byName;

  private Upstreams(Map<String, Upstream> byName) {
    this.byName = byName;
  }

  public static Upstreams of(Collection<? extends Upstream> upstreams) {
    return new Upstreams(upstreams.stream()
        .collect(Collectors.toMap(Upstream::name, upstream -> upstream, (one, other) -> {
          throw new IllegalArgumentException("the upstream " + one.name() + " is configured twice: remove one");
        }, LinkedHashMap::new)));
  }

  /** The well-known public registries and where they are: {@code name → URL}. */
  public static Map<String, String> wellKnown() {
    var urls = new LinkedHashMap<String, String>();
    urls.put(ImageRef.DOCKER_HUB, "https://registry-1.docker.io");
    for (var name : new String[]{"quay.io", "ghcr.io", "registry.k8s.io", "gcr.io", "public.ecr.aws",
        "mcr.microsoft.com"}) {
      urls.put(name, "https://" + name);
    }
    return Collections.unmodifiableMap(urls);
  }

  /** An upstream that retries as {@link RetryPolicy#STANDARD} says. */
  public static Upstream parse(String name, String url) {
    return parse(name, url, RetryPolicy.STANDARD);
  }

  /**
   * Makes an upstream of a line of configuration. Nothing is opened yet.
   *
   * @param name what image references call it: a host, with a dot or a port
   * @param url {@code https://HOST[:PORT][/PREFIX]}, {@code http://…} to allow what is not encrypted, {@code oci:FOLDER}
   *     for an OCI layout, {@code docker-archive:FILE} for what docker save made
   * @throws IllegalArgumentException saying what may be written
   */
  public static Upstream parse(String name, String url, RetryPolicy policy) {
    if (!ImageRef.looksLikeUpstream(name)) {
      throw new IllegalArgumentException("not an upstream's name: \"" + name
          + "\" (expected lower case with a dot or a port, such as quay.io or demo.local)");
    }
    if (url.startsWith("oci:") && url.length() > 4) {
      return new OciLayoutUpstream(name, Path.of(url.substring(4)));
    }
    if (url.startsWith("docker-archive:") && url.length() > 15) {
      return new DockerArchiveUpstream(name, Path.of(url.substring(15)));
    }
    return new RegistryUpstream(name, base(name, url), policy);
  }

  private static URI base(String name, String url) {
    try {
      var uri = new URI(url.endsWith("/") ? url : url + "/");
      var isHttp = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
      if (isHttp && uri.getHost() != null && uri.getUserInfo() == null && uri.getQuery() == null
          && uri.getFragment() == null) {
        return uri;
      }
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(notAnAddress(name, url), e);
    }
    throw new IllegalArgumentException(notAnAddress(name, url));
  }

  private static String notAnAddress(String name, String url) {
    return "not an upstream's address: " + name + " = \"" + url
        + "\" (expected https://HOST, http://HOST:PORT, oci:FOLDER or docker-archive:FILE)";
  }

  /**
   * @throws UpstreamFailure.NotAllowed naming those that are on the list
   */
  public Upstream named(String name) throws UpstreamFailure.NotAllowed {
    var upstream = byName.get(name);
    if (upstream == null) {
      throw new UpstreamFailure.NotAllowed("reach " + name, "it is not on the list of upstreams",
          "add it to the configuration; on the list are " + String.join(", ", byName.keySet()));
    }
    return upstream;
  }

  public SequencedSet<String> names() {
    return Collections.unmodifiableSequencedSet(new LinkedHashSet<>(byName.keySet()));
  }

  @Override
  public void close() {
    byName.values().forEach(Upstream::close);
  }
}
