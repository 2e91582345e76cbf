package io.cts.delta.encode;

import io.cts.delta.tar.ContentId;
import io.cts.delta.tar.Sketch;
import io.cts.delta.tar.TarIndex;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The members of the bases, to be found by content, by name, by near name and by likeness. */
final class BaseFiles {
  /** Names that many files share say nothing. */
  private static final int COMMON = 16;
  /** A file is not taken for another version of one this many times its size. */
  private static final int SIZE_RATIO = 4;

  /**
   * A member of a base.
   *
   * @param gapStart where the content before it ends: from there to its own content are padding and headers
   */
  record Twin(int base, TarIndex.Member member, long gapStart) {
    Region header() {
      return new Region(base, gapStart, member.dataOffset() - gapStart);
    }

    Region content() {
      return new Region(base, member.dataOffset(), member.dataBytes());
    }
  }

  private final Map<ContentId, Twin> byContent = new HashMap<>();
  private final Map<String, Twin> byName = new HashMap<>();
  private final Map<String, List<Twin>> byNearPath = new HashMap<>();
  private final Map<String, List<Twin>> byNearTail = new HashMap<>();
  private final Map<String, List<Twin>> byNearFile = new HashMap<>();
  private final Map<Long, List<Twin>> byFeature = new HashMap<>();

  BaseFiles(List<TarIndex> bases) {
    for (var base = 0; base < bases.size(); base++) {
      var end = 0L;
      for (var member : bases.get(base).members()) {
        add(new Twin(base, member, end));
        end = member.dataEnd();
      }
    }
  }

  private void add(Twin twin) {
    var member = twin.member();
    var name = path(member.name());
    byName.putIfAbsent(name, twin);
    if (member.content() == null) {
      return;
    }
    byContent.putIfAbsent(member.content(), twin);
    var near = NearName.of(name);
    append(byNearPath, near, twin);
    append(byNearTail, NearName.tail(near, 2), twin);
    append(byNearFile, NearName.tail(near, 1), twin);
    var sketch = member.sketch();
    if (!sketch.isNone()) {
      append(byFeature, sketch.first(), twin);
      append(byFeature, sketch.second(), twin);
      append(byFeature, sketch.third(), twin);
    }
  }

  private static <K> void append(Map<K, List<Twin>> map, K key, Twin twin) {
    var twins = map.computeIfAbsent(key, _ -> new ArrayList<>(1));
    if (twins.size() <= COMMON) {
      twins.add(twin);
    }
  }

  /** The member of that name, if it has the same content; else any that has. Without content: the member of that name. */
  Optional<Twin> same(TarIndex.Member member) {
    var namesake = byName.get(path(member.name()));
    if (member.content() == null) {
      return Optional.ofNullable(namesake).filter(twin -> twin.member().content() == null);
    }
    return namesake != null && member.content().equals(namesake.member().content())
        ? Optional.of(namesake)
        : Optional.ofNullable(byContent.get(member.content()));
  }

  /** The file that {@code member} is likely to have been before. */
  Optional<Twin> before(TarIndex.Member member) {
    if (member.content() == null) {
      return Optional.empty();
    }
    var name = path(member.name());
    var namesake = byName.get(name);
    if (namesake != null && namesake.member().content() != null) {
      return Optional.of(namesake);
    }
    var near = NearName.of(name);
    return best(member, byNearPath.get(near), 0)
        .or(() -> alike(member.sketch(), member))
        .or(() -> best(member, byNearTail.get(NearName.tail(near, 2)), SIZE_RATIO))
        .or(() -> best(member, byNearFile.get(NearName.tail(near, 1)), SIZE_RATIO));
  }

  private Optional<Twin> alike(Sketch sketch, TarIndex.Member member) {
    if (sketch.isNone()) {
      return Optional.empty();
    }
    var found = new ArrayList<Twin>();
    for (var feature : List.of(sketch.first(), sketch.second(), sketch.third())) {
      found.addAll(byFeature.getOrDefault(feature, List.of()));
    }
    return best(member, found, 0);
  }

  /** @param ratio the most that sizes may differ; 0 for any */
  private static Optional<Twin> best(TarIndex.Member member, @Nullable List<Twin> twins, int ratio) {
    if (twins == null || twins.size() > COMMON && ratio > 0) {
      return Optional.empty();
    }
    @Nullable
    Twin best = null;
    var bestScore = Double.NEGATIVE_INFINITY;
    for (var twin : twins) {
      var sizes = sizeRatio(member.dataBytes(), twin.member().dataBytes());
      var score = twin.member().sketch().inCommonWith(member.sketch()) - Math.log(sizes) / 4;
      if ((ratio == 0 || sizes <= ratio) && score > bestScore) {
        best = twin;
        bestScore = score;
      }
    }
    return Optional.ofNullable(best);
  }

  private static double sizeRatio(long one, long other) {
    return (double) Math.max(one, other) / Math.max(1, Math.min(one, other));
  }

  private static String path(String name) {
    var from = name.startsWith("./") ? 2 : name.startsWith("/") ? 1 : 0;
    return name.substring(from);
  }
}
