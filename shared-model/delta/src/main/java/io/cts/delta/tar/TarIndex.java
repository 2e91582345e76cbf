package io.cts.delta.tar;

import io.cts.contract.Digest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The members of a layer in their order. A layer that is no tar has none; where a tar breaks off, they end.
 *
 * @param diffId of the layer
 * @param bytes of the layer, uncompressed
 */
public record TarIndex(Digest diffId, long bytes, List<Member> members) {

  /**
   * @param content null where the member has no content
   * @param sketch {@link Sketch#NONE} where the content is too short for one
   */
  public record Member(TarEntry entry, @Nullable ContentId content, Sketch sketch) {
    public String name() {
      return entry.name();
    }

    public long dataOffset() {
      return entry.dataOffset();
    }

    public long dataBytes() {
      return entry.dataBytes();
    }

    public long dataEnd() {
      return entry.dataOffset() + entry.dataBytes();
    }
  }

  public TarIndex {
    members = List.copyOf(members);
    var end = 0L;
    for (var member : members) {
      var entry = member.entry();
      if (entry.headerOffset() < end || entry.dataOffset() < entry.headerOffset() || entry.dataBytes() < 0) {
        throw new IllegalArgumentException("members of a tar come one after another: " + entry);
      }
      end = member.dataEnd();
    }
    if (end > bytes) {
      throw new IllegalArgumentException("a layer of " + bytes + " bytes cannot have a member that ends at " + end);
    }
  }
}
