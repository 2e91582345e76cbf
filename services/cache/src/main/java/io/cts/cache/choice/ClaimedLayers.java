package io.cts.cache.choice;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.cts.blobs.BlobMissing;
import io.cts.blobs.BlobWriter;
import io.cts.cache.catalog.Repository;
import io.cts.cache.upstream.BlobFetches;
import io.cts.contract.Digest;
import io.cts.oci.Descriptor;
import io.cts.oci.ImageConfig;
import io.cts.oci.Manifest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Layers of images that nobody has read yet, by the diffIDs that their configurations claim. A claim is no more than a
 * hint: who sends such a layer hashes it on the way.
 */
public final class ClaimedLayers {
  private static final Logger LOG = LoggerFactory.getLogger(ClaimedLayers.class);
  private static final Duration REMEMBERED = Duration.ofHours(1);
  private static final Duration TRIES_AGAIN = Duration.ofMinutes(1);
  private static final int MOST_IMAGES = 10_000;

  private final BlobWriter blobs;
  private final BlobFetches fetches;
  private final Cache<Digest, Seen> images = Caffeine.newBuilder()
      .maximumSize(MOST_IMAGES)
      .expireAfterWrite(REMEMBERED)
      .build();

  private final Cache<Digest, List<Digest>> read = Caffeine.newBuilder().maximumSize(MOST_IMAGES).build();
  /** Configurations that could not be had: whoever looks for a layer of any image does not wait for them again. */
  private final Cache<Digest, Boolean> failed = Caffeine.newBuilder()
      .maximumSize(MOST_IMAGES)
      .expireAfterWrite(TRIES_AGAIN)
      .build();

  private record Seen(Repository repository, Manifest manifest) {}

  /** @param image whose layer it is said to be */
  public record Claimed(Digest image, Descriptor layer) {}

  public ClaimedLayers(BlobWriter blobs, BlobFetches fetches) {
    this.blobs = blobs;
    this.fetches = fetches;
  }

  /** An agent took the manifest of an image that was not read yet. */
  public void seen(Repository repository, Manifest manifest) {
    if (manifest.isImage() && manifest.config().sizeBytes() <= ImageConfig.MOST_BYTES) {
      images.put(manifest.digest(), new Seen(repository, manifest));
    }
  }

  /** The layer that is claimed to decode to {@code diffId}, in an image of the repository that an agent took lately. */
  public Optional<Claimed> find(Repository repository, Digest diffId) {
    var unread = new ArrayList<Manifest>();
    for (var seen : List.copyOf(images.asMap().values())) {
      if (seen.repository().equals(repository)) {
        var diffIds = read.getIfPresent(seen.manifest().config().digest());
        if (diffIds == null) {
          unread.add(seen.manifest());
        } else if (place(seen.manifest(), diffIds, diffId) instanceof Claimed claimed) {
          return Optional.of(claimed);
        }
      }
    }
    for (var manifest : unread) { // which may have to be fetched
      if (failed.getIfPresent(manifest.config().digest()) == null
          && place(manifest, of(repository, manifest.config()), diffId) instanceof Claimed claimed) {
        return Optional.of(claimed);
      }
    }
    return Optional.empty();
  }

  private static @Nullable Claimed place(Manifest manifest, List<Digest> diffIds, Digest diffId) {
    var place = diffIds.indexOf(diffId);
    return place >= 0 && place < manifest.layers().size()
        ? new Claimed(manifest.digest(), manifest.layers().get(place))
        : null;
  }

  /**
   * The diffIDs that a configuration claims, lowest first. Nothing where it cannot be had: another image's configuration
   * may be, and a claim is not worth a pull.
   */
  List<Digest> of(Repository repository, Descriptor config) {
    var known = read.getIfPresent(config.digest());
    if (known != null) {
      return known;
    }
    try {
      var diffIds = diffIds(repository, config);
      read.put(config.digest(), diffIds);
      return diffIds;
    } catch (IOException e) {
      LOG.info("configuration {} of {} cannot be read: {}", config.digest(), repository, e.getMessage());
      failed.put(config.digest(), true);
      return List.of();
    }
  }

  private List<Digest> diffIds(Repository repository, Descriptor config) throws IOException {
    if (blobs.size(config.digest()).isEmpty()) {
      fetches.fetch(repository, config.digest()).await();
    }
    try (var blob = blobs.open(config.digest()); var in = blob.from(0)) {
      return ImageConfig.parse(in.readNBytes(ImageConfig.MOST_BYTES)).diffIds();
    } catch (BlobMissing e) {
      return List.of();
    }
  }
}
