package io.cts.oci;

import io.cts.contract.Platform;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which entry of an index a node takes. A node runs its own variant and lower ones, and takes the highest that it runs:
 * arm v7 before v6 before v5, amd64 v3 before v2 before v1. An absent variant means the usual one (arm v7, arm64 v8,
 * amd64 v1), as in containerd's platforms package; attestations are never chosen.
 */
record PlatformChoice(Platform wanted) {

  static PlatformChoice of(Platform wanted) {
    return new PlatformChoice(wanted);
  }

  Optional<Descriptor> among(List<Descriptor> entries) {
    var images = entries.stream().filter(entry -> !entry.isAttestation()).toList();
    Descriptor best = null;
    var bestRank = Integer.MIN_VALUE;
    for (var image : images) {
      var rank = rank(image.platform());
      if (rank > bestRank) {
        best = image;
        bestRank = rank;
      }
    }
    return best != null ? Optional.of(best) : Optional.ofNullable(ImageIndex.only(images));
  }

  /** Higher is better, the first of equals wins; the lowest int is: does not run there. */
  private int rank(@Nullable Platform offered) {
    if (offered == null || !offered.os().equals(wanted.os())
        || !offered.architecture().equals(wanted.architecture())) {
      return Integer.MIN_VALUE;
    }
    var own = variant(wanted);
    var other = variant(offered);
    if (own.equals(other)) {
      return Integer.MAX_VALUE;
    }
    var ownLevel = level(own);
    var otherLevel = level(other);
    return ownLevel > 0 && otherLevel > 0 && otherLevel < ownLevel ? otherLevel : Integer.MIN_VALUE;
  }

  private static String variant(Platform platform) {
    var variant = platform.variant();
    if (variant != null) {
      return variant;
    }
    return switch (platform.architecture()) {
      case "arm" -> "v7";
      case "arm64" -> "v8";
      case "amd64" -> "v1";
      default -> "";
    };
  }

  /** The number in {@code v7}; 0 where the variant is none of that kind. */
  private static int level(String variant) {
    if (variant.length() < 2 || variant.length() > 3 || variant.charAt(0) != 'v') {
      return 0;
    }
    var level = 0;
    for (var digit : variant.substring(1).toCharArray()) {
      if (digit < '0' || digit > '9') {
        return 0;
      }
      level = level * 10 + (digit - '0');
    }
    return level;
  }
}
