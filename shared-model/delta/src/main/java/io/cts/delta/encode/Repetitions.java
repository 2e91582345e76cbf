package io.cts.delta.encode;

import io.cts.delta.format.DeltaHeader.Kept;
import io.cts.delta.format.Limits;
import io.cts.delta.tar.ContentId;
import io.cts.delta.tar.TarIndex;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Content that comes more than once in the new layer, as far as it can be kept from one time to the next. */
final class Repetitions {
  /** Below this, sending it again is as cheap. */
  private static final int SHORTEST = 128;

  private final Map<ContentId, Long> firstAt = new HashMap<>();
  private final TreeMap<Long, Kept> kept = new TreeMap<>();

  /** Content is sent at {@code at}; it may come again. */
  void sent(TarIndex.Member member) {
    if (member.content() != null && member.dataBytes() >= SHORTEST && member.dataBytes() <= Limits.KEPT_BYTES) {
      firstAt.putIfAbsent(member.content(), member.dataOffset());
    }
  }

  /** Where the content of {@code member} has come before, to be kept until then. */
  Optional<Long> earlier(TarIndex.Member member) {
    var first = member.content() == null ? null : firstAt.get(member.content());
    if (first == null) {
      return Optional.empty();
    }
    var bytes = (int) member.dataBytes();
    var before = kept.get(first);
    kept.put(first, new Kept(first, bytes, member.dataEnd()));
    if (mostHeld(kept.values()) <= Limits.KEPT_BYTES) {
      return Optional.of(first);
    }
    if (before == null) {
      kept.remove(first);
    } else {
      kept.put(first, before);
    }
    return Optional.empty();
  }

  List<Kept> kept() {
    return List.copyOf(kept.values());
  }

  /** The most bytes that are held at any moment. */
  static int mostHeld(Collection<Kept> stretches) {
    var changes = new TreeMap<Long, Long>();
    for (var stretch : stretches) {
      changes.merge(stretch.offset(), (long) stretch.length(), Long::sum);
      changes.merge(stretch.lastUse(), (long) -stretch.length(), Long::sum);
    }
    var held = 0L;
    var most = 0L;
    for (var change : changes.values()) {
      held += change;
      most = Math.max(most, held);
    }
    return (int) Math.min(most, Integer.MAX_VALUE);
  }
}
