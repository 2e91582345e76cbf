package io.cts.delta.encode;

import io.cts.delta.LayerBytes;
import io.cts.delta.encode.ZipDirectory.Entry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Plans a zip file entry by entry, each beside the entry of that name, or of that name but for versions, in the old one. */
final class ZipPieces {
  private static final int SLAB_BYTES = 64 << 10;

  private final LayerBytes layer;
  private final LayerBytes base;
  private final Region old;
  private final ZipDirectory young;
  private final ZipDirectory before;

  private ZipPieces(LayerBytes layer, ZipDirectory young, LayerBytes base, Region old, ZipDirectory before) {
    this.layer = layer;
    this.young = young;
    this.base = base;
    this.old = old;
    this.before = before;
  }

  /** None where the next {@code bytes} behind {@code at} or the old ones are no zip file. */
  static Optional<ZipPieces> of(LayerBytes layer, long at, long bytes, LayerBytes base, Region old)
      throws IOException {
    var young = ZipDirectory.read(layer, at, bytes);
    if (young.isEmpty()) {
      return Optional.empty();
    }
    return ZipDirectory.read(base, old.from(), old.bytes())
        .map(before -> new ZipPieces(layer, young.get(), base, old, before));
  }

  /** Plans what a zip file is made of. */
  interface Planner {
    /** Headers, beside old ones. */
    void header(long bytes, @Nullable Region old) throws IOException;

    /** The same as in the base. */
    void same(Region as);

    /** An entry's deflate stream. */
    void deflated(long bytes, int plainBytes, @Nullable Kin kin) throws IOException;

    /** What is not packed. */
    void plain(long bytes, @Nullable Region old) throws IOException;
  }

  /** @param end of the zip file */
  void plan(Planner planner, long end) throws IOException {
    Map<String, Entry> byName = new HashMap<>();
    Map<String, Entry> byNearName = new HashMap<>();
    for (var entry : before.entries()) {
      byName.putIfAbsent(entry.name(), entry);
      byNearName.putIfAbsent(NearName.of(entry.name()), entry);
    }
    for (var entry : young.entries()) {
      var namesake = byName.get(entry.name());
      plan(planner, entry, namesake != null ? namesake : byNearName.get(NearName.of(entry.name())));
    }
    var directoryAt = young.entries().getLast().end();
    var oldDirectoryAt = before.entries().getLast().end();
    planner.plain(end - directoryAt, region(oldDirectoryAt, old.end()));
  }

  private void plan(Planner planner, Entry entry, @Nullable Entry twin) throws IOException {
    planner.header(entry.at() - entry.gapStart(), twin == null ? null : region(twin.gapStart(), twin.at()));
    var content = twin == null ? null : region(twin.at(), twin.end());
    if (content != null && isSame(entry, content)) {
      planner.same(content);
    } else if (entry.isDeflated()) {
      planner.deflated(entry.bytes(), entry.plainBytes(),
          twin != null && content != null && twin.isDeflated()
              ? new Kin.Unpacked(content, twin.plainBytes())
              : content);
    } else {
      planner.plain(entry.bytes(), content);
    }
  }

  private Region region(long from, long end) {
    return new Region(old.base(), from, end - from);
  }

  private boolean isSame(Entry entry, Region content) throws IOException {
    if (entry.bytes() != content.bytes()) {
      return false;
    }
    var ours = new byte[(int) Math.min(SLAB_BYTES, content.bytes())];
    var theirs = new byte[ours.length];
    for (var done = 0L; done < content.bytes(); done += ours.length) {
      var count = (int) Math.min(ours.length, content.bytes() - done);
      layer.read(entry.at() + done, ByteBuffer.wrap(ours, 0, count));
      base.read(content.from() + done, ByteBuffer.wrap(theirs, 0, count));
      if (Arrays.mismatch(ours, 0, count, theirs, 0, count) >= 0) {
        return false;
      }
    }
    return true;
  }
}
