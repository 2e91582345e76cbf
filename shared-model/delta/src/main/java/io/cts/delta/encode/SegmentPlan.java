package io.cts.delta.encode;

import io.cts.delta.format.Limits;
import io.cts.delta.format.PrefixRegion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/** Pieces that make up a segment, and the regions of its prefix. Filled until it is full. */
final class SegmentPlan {
  /** Their instructions are far from {@link Limits#INSTRUCTION_BYTES} then. */
  static final int MOST_PIECES = 1 << 17;

  private record Placed(Region region, int prefixOffset) {}

  private final int mostContent;
  private final int mostPrefix;
  private final List<Piece> pieces = new ArrayList<>();
  private final List<Kin> prefix = new ArrayList<>();
  private final Map<Kin.Unpacked, Integer> unpacked = new HashMap<>();
  private final Map<Integer, NavigableMap<Long, Placed>> placed = new HashMap<>();
  private long contentBytes;
  private int prefixBytes;

  SegmentPlan(int mostContent, int mostPrefix) {
    this.mostContent = Math.min(mostContent, Limits.CONTENT_BYTES);
    this.mostPrefix = Math.min(mostPrefix, Limits.PREFIX_BYTES);
  }

  /** Takes a piece, or not because it is full; an empty plan takes any piece within {@link Limits}. */
  boolean takes(Piece piece) {
    var content = switch (piece) {
      case Piece.Same _,Piece.Again _ -> 0;
      case Piece.Altered _,Piece.Fresh _,Piece.Deflated _,Piece.Patched _ -> piece.bytes();
      case Piece.Packed packed -> packed.plainBytes();
    };
    var kin = kin(piece);
    var more = kin.isEmpty() || offset(kin.get()).isPresent() ? 0 : kin.get().prefixBytes();
    if (content > Limits.CONTENT_BYTES || more > Limits.PREFIX_BYTES) {
      throw new IllegalStateException("no segment holds " + content + " bytes beside " + more + ": " + piece);
    }
    if (pieces.size() == MOST_PIECES
        || !pieces.isEmpty() && (contentBytes + content > mostContent || prefixBytes + more > mostPrefix)) {
      return false;
    }
    contentBytes += content;
    if (more > 0) {
      place(kin.get());
    }
    pieces.add(piece);
    return true;
  }

  private static Optional<Kin> kin(Piece piece) {
    return switch (piece) {
      case Piece.Same _,Piece.Again _ -> Optional.empty();
      case Piece.Altered altered -> Optional.of(altered.from());
      case Piece.Fresh fresh -> Optional.ofNullable(fresh.kin());
      case Piece.Deflated deflated -> Optional.ofNullable(deflated.kin());
      case Piece.Packed packed -> Optional.ofNullable(packed.kin());
      case Piece.Patched patched -> Optional.of(patched.kin());
    };
  }

  private void place(Kin kin) {
    switch (kin) {
      case Region region when !prefix.isEmpty() && prefix.getLast() instanceof Region last
          && last.isFollowedBy(region) -> {
        var longer = new Region(last.base(), last.from(), last.bytes() + region.bytes());
        prefix.set(prefix.size() - 1, longer);
        ofBase(last).put(last.from(), new Placed(longer, prefixBytes - (int) last.bytes()));
        // by its own start too: a shorter one that begins there would hide it
        ofBase(region).put(region.from(), new Placed(region, prefixBytes));
      }
      case Region region -> {
        prefix.add(region);
        ofBase(region).put(region.from(), new Placed(region, prefixBytes));
      }
      case Kin.Unpacked plain -> {
        prefix.add(plain);
        unpacked.put(plain, prefixBytes);
      }
    }
    prefixBytes += (int) kin.prefixBytes();
  }

  private NavigableMap<Long, Placed> ofBase(Region region) {
    return placed.computeIfAbsent(region.base(), _ -> new TreeMap<>());
  }

  /** Where it lies in the prefix, if all of it does. */
  OptionalInt offset(Kin kin) {
    return switch (kin) {
      case Region region -> offsetOf(region);
      case Kin.Unpacked plain -> {
        var at = unpacked.get(plain);
        yield at == null ? OptionalInt.empty() : OptionalInt.of(at);
      }
    };
  }

  private OptionalInt offsetOf(Region region) {
    var before = ofBase(region).floorEntry(region.from());
    return before != null && before.getValue().region().end() >= region.end()
        ? OptionalInt.of(before.getValue().prefixOffset() + (int) (region.from() - before.getKey()))
        : OptionalInt.empty();
  }

  List<Piece> pieces() {
    return pieces;
  }

  int prefixBytes() {
    return prefixBytes;
  }

  int contentBytes() {
    return (int) contentBytes;
  }

  List<PrefixRegion> prefix() {
    return prefix.stream().map(SegmentPlan::prefixRegion).toList();
  }

  private static PrefixRegion prefixRegion(Kin kin) {
    return switch (kin) {
      case Region(int base, long from, long bytes) -> new PrefixRegion.Stored(base, from, (int) bytes);
      case Kin.Unpacked(Region packed, int bytes) -> new PrefixRegion.Unpacked(packed.base(), packed.from(),
          (int) packed.bytes(), bytes);
    };
  }
}
