package io.cts.imageprobe;

import io.cts.blobs.BlobMissing;
import io.cts.blobs.BlobReader;
import io.cts.contract.Digest;
import io.cts.contract.LayerFeatures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Compares what an image's config claims of its layers ({@code rootfs.diff_ids}, OCI image specification 1.1, config.md)
 * with what they are. Engines do so too, so no other form can be made of an image that lies.
 */
final class ClaimedDiffIds {
  private static final long LARGEST_CONFIG = 4 << 20;

  private final BlobReader blobs;
  private final JsonMapper json;

  ClaimedDiffIds(BlobReader blobs, JsonMapper json) {
    this.blobs = blobs;
    this.json = json;
  }

  /**
   * Why the config and the layers do not go together.
   *
   * @throws UncheckedIOException where the store cannot be read just now
   */
  Optional<String> contradiction(Digest config, List<LayerFeatures> layers) {
    try (var blob = blobs.open(config)) {
      if (blob.sizeBytes() > LARGEST_CONFIG) {
        return Optional.of("its config " + config + " of " + blob.sizeBytes() + " bytes is too large");
      }
      try (var in = blob.from(0)) {
        return contradiction(config, json.readTree(in.readAllBytes()).path("rootfs").path("diff_ids"), layers);
      }
    } catch (BlobMissing | JacksonException e) {
      return Optional.of("its config " + config + " cannot be read: " + e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException("could not read config " + config, e);
    }
  }

  private static Optional<String> contradiction(Digest config, JsonNode claims,
      List<LayerFeatures> layers) {
    var claimed = new ArrayList<String>();
    claims.forEach(claim -> claimed.add(claim.asString("")));
    var actual = layers.stream().map(layer -> layer.diffId().toString()).toList();
    if (claimed.equals(actual)) {
      return Optional.empty();
    }
    for (var i = 0; i < Math.min(claimed.size(), actual.size()); i++) {
      if (!claimed.get(i).equals(actual.get(i))) {
        return Optional.of("its config " + config + " says that layer " + i + " is " + named(claimed.get(i))
            + ", but it is " + actual.get(i));
      }
    }
    return Optional.of("its config " + config + " names " + claimed.size() + " layers, but there are " + actual.size());
  }

  /** A claim may be anything, and as long as it likes. */
  private static String named(String claim) {
    try {
      return Digest.parse(claim).toString();
    } catch (IllegalArgumentException e) {
      return "something that is no digest";
    }
  }
}
