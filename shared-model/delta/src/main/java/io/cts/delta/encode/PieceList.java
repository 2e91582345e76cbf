package io.cts.delta.encode;

import io.cts.delta.deflate.Packer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Pieces of the new layer in their order, the fewest that say the same. */
final class PieceList {
  /** So much unaltered content between altered headers is rather altered by nothing than told apart. */
  private static final long SHORT_SAME = 4096;
  /** A segment holds no more than some megabytes, and takes pieces whole. */
  private static final long LONGEST_JOINED = 4 << 20;

  private final List<Piece> pieces = new ArrayList<>();
  private long end;

  PieceList(long start) {
    this.end = start;
  }

  /** Where the next piece begins. */
  long end() {
    return end;
  }

  List<Piece> pieces() {
    return pieces;
  }

  void same(Region as) {
    if (as.bytes() == 0) {
      return;
    }
    if (last() instanceof Piece.Same(long at, Region before) && before.isFollowedBy(as)) {
      replaceLast(new Piece.Same(at, new Region(as.base(), before.from(), before.bytes() + as.bytes())), as.bytes());
    } else {
      add(new Piece.Same(end, as));
    }
  }

  void altered(Region from) {
    if (from.bytes() == 0) {
      return;
    }
    if (last() instanceof Piece.Same(_, Region as) && as.bytes() <= SHORT_SAME && as.isFollowedBy(from)
        && pieces.size() > 1 && pieces.get(pieces.size() - 2) instanceof Piece.Altered(long at, Region before)
        && before.isFollowedBy(as) && from.end() - before.from() <= LONGEST_JOINED) {
      pieces.removeLast();
      replaceLast(new Piece.Altered(at, new Region(from.base(), before.from(), from.end() - before.from())),
          from.bytes());
    } else if (last() instanceof Piece.Altered(long at, Region before) && before.isFollowedBy(from)
        && from.end() - before.from() <= LONGEST_JOINED) {
      replaceLast(new Piece.Altered(at, new Region(from.base(), before.from(), from.end() - before.from())),
          from.bytes());
    } else {
      add(new Piece.Altered(end, from));
    }
  }

  void fresh(long bytes, @Nullable Kin kin) {
    if (kin != null && bytes > 0) {
      add(new Piece.Fresh(end, bytes, kin));
      return;
    }
    for (var left = bytes; left > 0;) {
      if (last() instanceof Piece.Fresh(long at, long before, Kin noKin) && noKin == null && before < LONGEST_JOINED) {
        var more = Math.min(left, LONGEST_JOINED - before);
        replaceLast(new Piece.Fresh(at, before + more, null), more);
        left -= more;
      } else {
        var first = Math.min(left, LONGEST_JOINED);
        add(new Piece.Fresh(end, first, null));
        left -= first;
      }
    }
  }

  void packed(long bytes, int plainBytes, Packer packer, boolean isGzip, @Nullable Kin kin) {
    add(new Piece.Packed(end, bytes, plainBytes, packer, isGzip, kin));
  }

  void deflated(long bytes, int plainBytes, @Nullable Kin kin) {
    add(new Piece.Deflated(end, bytes, plainBytes, kin));
  }

  void patched(long bytes, Region kin, List<Piece.Addition> additions) {
    add(new Piece.Patched(end, bytes, kin, additions));
  }

  void again(long from, long bytes) {
    add(new Piece.Again(end, bytes, from));
  }

  /** Adds pieces made apart. */
  void addAll(List<Piece> others) {
    for (var piece : others) {
      switch (piece) {
        case Piece.Same same -> same(same.as());
        case Piece.Fresh fresh -> fresh(fresh.bytes(), fresh.kin());
        case Piece.Altered altered -> altered(altered.from());
        case Piece.Again _,Piece.Packed _,Piece.Patched _,Piece.Deflated _ -> add(piece);
      }
    }
  }

  private @Nullable Piece last() {
    return pieces.isEmpty() ? null : pieces.getLast();
  }

  private void add(Piece piece) {
    pieces.add(piece);
    end += piece.bytes();
  }

  private void replaceLast(Piece piece, long moreBytes) {
    pieces.set(pieces.size() - 1, piece);
    end += moreBytes;
  }
}
