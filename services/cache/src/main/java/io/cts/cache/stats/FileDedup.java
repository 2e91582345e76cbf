package io.cts.cache.stats;

import io.cts.delta.tar.ContentId;
import io.cts.delta.tar.TarIndex;
import java.util.HashMap;
import java.util.Map;

/**
 * Counts contents of files once. Where there are too many to remember, it goes on with every second, fourth and so on of
 * them, chosen by their digests, and tells the ratio of those. Not thread-safe.
 */
final class FileDedup {
  private final int mostRemembered;
  private final Map<ContentId, Seen> seen = new HashMap<>();
  /** A content is remembered where these bits of its digest are zero. */
  private long mask;
  private long allBytes;

  /** @param times that it came */
  private record Seen(long bytes, long times) {
    Seen again() {
      return new Seen(bytes, times + 1);
    }
  }

  FileDedup(int mostRemembered) {
    this.mostRemembered = mostRemembered;
  }

  void add(TarIndex index) {
    for (var member : index.members()) {
      var content = member.content();
      if (content != null) {
        add(content, member.dataBytes());
      }
    }
  }

  private void add(ContentId content, long bytes) {
    allBytes += bytes;
    if (isRemembered(content)) {
      seen.merge(content, new Seen(bytes, 1), (before, _) -> before.again());
      while (seen.size() > mostRemembered) {
        mask = mask << 1 | 1;
        seen.keySet().removeIf(known -> !isRemembered(known));
      }
    }
  }

  private boolean isRemembered(ContentId content) {
    return (content.low() & mask) == 0;
  }

  /** Of all files in all layers. */
  long bytes() {
    return allBytes;
  }

  /** Of these, those that would have to be stored if each content were stored once. */
  long uniqueBytes() {
    var once = seen.values().stream().mapToLong(Seen::bytes).sum();
    var all = seen.values().stream().mapToLong(content -> content.bytes() * content.times()).sum();
    return all == 0 ? 0 : Math.round((double) allBytes * once / all);
  }
}
