package io.cts.cache.deltas;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.cts.blobs.BlobReader;
import io.cts.contract.Digest;
import io.cts.contract.LayerFeatures;
import io.cts.delta.tar.ContentId;
import io.cts.delta.tar.TarIndexFormat;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which files' contents are in a layer, read from the index that image-probe left. Thread-safe. */
public final class Contents {
  private static final Logger LOG = LoggerFactory.getLogger(Contents.class);
  /** Contents held in memory, of about 100 bytes each. */
  private static final long MOST = 300_000;
  private static final long LARGEST_INDEX_BYTES = 64 << 20;

  private final BlobReader blobs;
  private final Cache<Digest, Map<ContentId, Long>> known = Caffeine.newBuilder()
      .maximumWeight(MOST)
      .weigher((Digest _, Map<ContentId, Long> contents) -> 1 + contents.size())
      .build();

  public Contents(BlobReader blobs) {
    this.blobs = blobs;
  }

  /** The bytes of each content of the layer; empty where it has no index that could be read. */
  public Optional<Map<ContentId, Long>> of(LayerFeatures layer) {
    var held = known.getIfPresent(layer.diffId());
    if (held != null || layer.tarIndex() == null) {
      return Optional.ofNullable(held);
    }
    try (var blob = blobs.open(layer.tarIndex()); var in = blob.from(0)) {
      if (blob.sizeBytes() > LARGEST_INDEX_BYTES) {
        return Optional.empty();
      }
      var contents = new HashMap<ContentId, Long>();
      for (var member : TarIndexFormat.parse(in).members()) {
        if (member.content() != null) {
          contents.merge(member.content(), member.dataBytes(), Long::sum);
        }
      }
      known.put(layer.diffId(), contents);
      return Optional.of(contents);
    } catch (IOException e) {
      LOG.debug("the index of layer {} cannot be read, doing without: {}", layer.diffId(), e.getMessage());
      return Optional.empty();
    }
  }

  /** Bytes of {@code wanted} whose content is in {@code base}. */
  public static long shared(Map<ContentId, Long> wanted, Set<ContentId> base) {
    return wanted.entrySet()
        .stream()
        .filter(content -> base.contains(content.getKey()))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }
}
