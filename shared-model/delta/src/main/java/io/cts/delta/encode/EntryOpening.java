package io.cts.delta.encode;

import io.cts.delta.LayerBytes;
import io.cts.delta.deflate.Unpacking;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Opens entries of zip files that can be made again bit for bit; others are sent as they are. */
final class EntryOpening {
  private EntryOpening() {}

  static List<Piece> open(Piece.Deflated entry, LayerBytes layer, List<LayerBytes> bases) throws IOException {
    var plain = ByteBuffer.allocate(entry.plainBytes());
    var pieces = new PieceList(entry.at());
    if (unpacks(layer, entry.at(), entry.bytes(), plain)) {
      var packed = new byte[(int) entry.bytes()];
      layer.read(entry.at(), ByteBuffer.wrap(packed));
      var packer = Repacking.of(plain.array(), packed);
      if (packer.isPresent()) {
        pieces.packed(entry.bytes(), entry.plainBytes(), packer.get(), false, checked(entry.kin(), bases));
        return pieces.pieces();
      }
    }
    pieces.fresh(entry.bytes(), asItLies(entry.kin()));
    return pieces.pieces();
  }

  /** What is said to be a deflate stream, if it is one. */
  private static @Nullable Kin checked(@Nullable Kin kin, List<LayerBytes> bases) throws IOException {
    return kin instanceof Kin.Unpacked(Region packed, int bytes)
        && !unpacks(bases.get(packed.base()), packed.from(), packed.bytes(), ByteBuffer.allocate(bytes))
            ? packed
            : kin;
  }

  private static @Nullable Kin asItLies(@Nullable Kin kin) {
    return kin instanceof Kin.Unpacked(Region packed, _) ? packed : kin;
  }

  /** Whether all these bytes, and no fewer, are one deflate stream of as many bytes as {@code plain} has room for. */
  private static boolean unpacks(LayerBytes layer, long at, long bytes, ByteBuffer plain) throws IOException {
    return Unpacking.unpack(layer, at, bytes, plain) == bytes && !plain.hasRemaining();
  }
}
