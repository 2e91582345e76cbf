package io.cts.contract;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code os/architecture[/variant]}, in Go's names (OCI image specification 1.1, image-index.md, "platform"). */
public record Platform(String os, String architecture, @Nullable String variant) {
  private static final Pattern PART = Pattern.compile("[a-z0-9][a-z0-9_.-]{0,63}");

  public Platform {
    if (!PART.matcher(os).matches() || !PART.matcher(architecture).matches()
        || variant != null && !PART.matcher(variant).matches()) {
      throw new IllegalArgumentException("not a platform: \"" + os + "/" + architecture
          + (variant == null ? "" : "/" + variant) + "\" (expected for example linux/amd64 or linux/arm/v7)");
    }
  }

  @JsonCreator
  public static Platform parse(String text) {
    var parts = text.split("/", -1);
    if (parts.length != 2 && parts.length != 3) {
      throw new IllegalArgumentException(
          "not a platform: \"" + text + "\" (expected for example linux/amd64 or linux/arm/v7)");
    }
    return new Platform(parts[0], parts[1], parts.length == 3 ? parts[2] : null);
  }

  /** The platform that this JVM runs on, in Go's names. */
  public static Platform here() {
    var architecture = switch (System.getProperty("os.arch")) {
      case "amd64", "x86_64" -> "amd64";
      case "aarch64" -> "arm64";
      case String other -> other;
    };
    var os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    return new Platform(os.startsWith("mac") ? "darwin" : os.startsWith("windows") ? "windows" : "linux", architecture,
        null);
  }

  /** Whether a node of this platform runs images of {@code other}: a variant counts only where both name one. */
  public boolean runs(Platform other) {
    return os.equals(other.os) && architecture.equals(other.architecture)
        && (variant == null || other.variant == null || variant.equals(other.variant));
  }

  @Override
  @JsonValue
  public String toString() {
    return os + "/" + architecture + (variant == null ? "" : "/" + variant);
  }
}
