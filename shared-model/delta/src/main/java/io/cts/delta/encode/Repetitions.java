package io.cts.delta.encode;

import io.cts.delta.format.DeltaHeader.Kept;
import io.cts.delta.format.Limits;
import io.cts.delta.tar.ContentId;
import io.cts.delta.tar.TarIndex;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Content that comes more than once in the new layer, as far as it can be kept from one time to the next. */
final class Repetitions {
  /** Below this, sending it again is as cheap. */
  private static final int SHORTEST = 128;

  private final Map<ContentId, First> firsts = new HashMap<>();
  private final TreeMap<Long, Kept> kept = new TreeMap<>();
  /** Bytes that are kept while each of the members is made. */
  private final RangeMaximum held;
  private int number = -1;

  /** Content that came, as which of the members, and up to which it is kept. */
  private static final class First {
    final long offset;
    final int number;
    int keptUntil;

    First(long offset, int number) {
      this.offset = offset;
      this.number = number;
      this.keptUntil = number - 1;
    }
  }

  /** @param members that the layer has at most */
  Repetitions(int members) {
    held = new RangeMaximum(members);
  }

  /** The content that was asked for last is sent; it may come again. */
  void sent(TarIndex.Member member) {
    if (member.content() != null && member.dataBytes() >= SHORTEST && member.dataBytes() <= Limits.KEPT_BYTES) {
      firsts.putIfAbsent(member.content(), new First(member.dataOffset(), number));
    }
  }

  /** Where the content of the next member has come before, to be kept until then. */
  Optional<Long> earlier(TarIndex.Member member) {
    number++;
    var first = member.content() == null ? null : firsts.get(member.content());
    if (first == null) {
      return Optional.empty();
    }
    var bytes = member.dataBytes();
    var more = first.keptUntil + 1;
    if (held.most(more, number) + bytes > Limits.KEPT_BYTES) {
      return Optional.empty();
    }
    held.add(more, number, bytes);
    first.keptUntil = number;
    kept.put(first.offset, new Kept(first.offset, (int) bytes, member.dataEnd()));
    return Optional.of(first.offset);
  }

  List<Kept> kept() {
    return List.copyOf(kept.values());
  }

  /** The most bytes that are held at any moment. */
  int mostHeld() {
    return number < 0 ? 0 : (int) held.most(0, number);
  }
}
