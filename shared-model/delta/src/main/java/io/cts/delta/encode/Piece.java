package io.cts.delta.encode;

import io.cts.delta.deflate.Packer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A stretch of the new layer and where it is to come from. */
sealed interface Piece {
  /** Offset in the new layer. */
  long at();

  long bytes();

  /** The same as in a base. */
  record Same(long at, Region as) implements Piece {
    @Override
    public long bytes() {
      return as.bytes();
    }
  }

  /** As long as in a base, and much the same byte by byte. */
  record Altered(long at, Region from) implements Piece {
    @Override
    public long bytes() {
      return from.bytes();
    }
  }

  /** To be sent, against bytes of a base that are likely to help. */
  record Fresh(long at, long bytes, @Nullable Kin kin) implements Piece {}

  /** A deflate stream that has yet to be opened, or be found to be one that cannot be: to be sent as it is. */
  record Deflated(long at, long bytes, int plainBytes, @Nullable Kin kin) implements Piece {}

  /**
   * A deflate stream that is to be sent unpacked and packed again: {@code packer} makes the same bytes.
   *
   * @param bytes packed, the trailer included
   * @param plainBytes unpacked
   * @param isGzip whether gzip's trailer follows: checksum and size
   */
  record Packed(long at, long bytes, int plainBytes, Packer packer, boolean isGzip,
      @Nullable Kin kin) implements Piece {}

  /**
   * Nearly in {@code kin}, stretch by stretch; what lies between the stretches is to be sent.
   *
   * @param additions in their order
   */
  record Patched(long at, long bytes, Region kin, List<Addition> additions) implements Piece {}

  /** A stretch of a piece, from {@code at} of it, and where in its kin it is nearly the same. */
  record Addition(int at, int from, int bytes) {
    int end() {
      return at + bytes;
    }
  }

  /** The same as an earlier stretch of the new layer. */
  record Again(long at, long bytes, long from) implements Piece {}
}
