package io.cts.contract;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The program that pulls, as its {@code User-Agent} tells: {@code docker-20.10.24}, {@code containerd-2.1.9}. It may
 * select a form and a guessed profile, and never grants rights.
 *
 * @param family {@code docker}, {@code containerd}, {@code containers} (podman, skopeo, buildah, CRI-O),
 *     {@code go-containerregistry}, {@code oras}, {@code cts-agent} or {@code unknown}
 * @param version as stated; {@code 0} where none was
 */
public record Engine(String family, String version) {
  private static final Pattern PART = Pattern.compile("[A-Za-z0-9][A-Za-z0-9.+_]{0,63}(?:-[a-z]+)*");
  private static final Pattern PRODUCT = Pattern
      .compile("(docker|containerd|containers|skopeo|podman|buildah|cri-o|go-containerregistry|crane|oras|cts-agent)"
          + "/v?([0-9A-Za-z][0-9A-Za-z.+_]{0,63})");
  public static final Engine UNKNOWN = new Engine("unknown", "0");

  private static final Pattern CONTAINERD_CLIENT = Pattern
      .compile("containerd-client/v?([0-9A-Za-z][0-9A-Za-z.+_]{0,63})");

  public Engine {
    if (!PART.matcher(family).matches() || !version.matches("[0-9A-Za-z][0-9A-Za-z.+_]{0,63}")) {
      throw new IllegalArgumentException("not an engine: \"" + family + "-" + version + "\"");
    }
  }

  /** The first product that CTS knows (RFC 9110, section 10.1.5), else {@link #UNKNOWN}. */
  public static Engine ofUserAgent(@Nullable String userAgent) {
    if (userAgent == null) {
      return UNKNOWN;
    }
    var inDocker = CONTAINERD_CLIENT.matcher(userAgent);
    if (inDocker.find()) {
      return new Engine("containerd", inDocker.group(1)); // docker over containerd's store pulls as containerd does
    }
    var product = PRODUCT.matcher(userAgent);
    if (!product.find()) {
      return UNKNOWN;
    }
    var family = switch (product.group(1)) {
      case "skopeo", "podman", "buildah", "cri-o" -> "containers";
      case "crane" -> "go-containerregistry";
      case String other -> other;
    };
    return new Engine(family, product.group(2));
  }

  @JsonCreator
  public static Engine parse(String text) {
    var dash = text.lastIndexOf('-');
    if (dash <= 0) {
      throw new IllegalArgumentException(
          "not an engine: \"" + text + "\" (expected family-version, such as docker-20.10.24)");
    }
    return new Engine(text.substring(0, dash), text.substring(dash + 1));
  }

  public EngineClass engineClass() {
    return switch (family) {
      case "docker" -> majorVersion() >= 23 ? EngineClass.DOCKER : EngineClass.DOCKER_LEGACY;
      case "containerd" -> EngineClass.CONTAINERD;
      case "containers" -> EngineClass.CONTAINERS_IMAGE;
      case "cts-agent" -> EngineClass.AGENT;
      default -> EngineClass.OTHER;
    };
  }

  private int majorVersion() {
    var dot = version.indexOf('.');
    try {
      return Integer.parseInt(dot < 0 ? version : version.substring(0, dot));
    } catch (NumberFormatException e) {
      return 0; // a development build says nothing about itself: treated as the oldest
    }
  }

  @Override
  @JsonValue
  public String toString() {
    return family + "-" + version;
  }
}
