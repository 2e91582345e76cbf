package io.cts.cache.stats;

import io.cts.delta.tar.ContentId;
import io.cts.delta.tar.TarIndex;
import java.util.HashSet;
import java.util.Set;

/**
 * Counts contents of files once. Where there are too many to remember, it goes on with every second, fourth and so on of
 * them, chosen by their digests, and tells the ratio of those. Not thread-safe.
 */
final class FileDedup {
  private final int mostRemembered;
  private final Set<ContentId> seen = new HashSet<>();
  /** A content counts where these bits of its digest are zero. */
  private long mask;
  private long allBytes;
  private long countedBytes;
  private long uniqueBytes;

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
    if ((content.low() & mask) != 0) {
      return;
    }
    countedBytes += bytes;
    if (!seen.contains(content)) {
      if (seen.size() >= mostRemembered) {
        mask = mask << 1 | 1;
        seen.removeIf(known -> (known.low() & mask) != 0);
      }
      if ((content.low() & mask) == 0) {
        seen.add(content);
      }
      uniqueBytes += bytes;
    }
  }

  /** Of all files in all layers. */
  long bytes() {
    return allBytes;
  }

  /** Of these, those that would have to be stored if each content were stored once. */
  long uniqueBytes() {
    return countedBytes == 0 ? 0 : Math.round((double) allBytes * uniqueBytes / countedBytes);
  }
}
