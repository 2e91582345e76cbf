package io.cts.delta.encode;

import io.cts.delta.LayerBytes;
import io.cts.delta.deflate.Unpacking;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Opens gzip files (RFC 1952) of one member that can be made again bit for bit, so that what changed in them can be told.
 */
final class GzipOpening {
  private static final int LARGEST_PACKED = 4 << 20;
  private static final int LARGEST_PLAIN = 4 << 20;
  private static final int HEADER_BYTES = 10;
  private static final int TRAILER_BYTES = 8;
  private static final int NAME_FLAG = 1 << 3;

  /** A file's deflate stream, from {@code from} of the layer on, and what it unpacks to. */
  private record Opened(long from, int packedBytes, byte[] plain) {}

  private GzipOpening() {}

  /** The pieces of a gzip file, or none if it is none that can be opened. */
  static Optional<List<Piece>> open(Piece.Fresh file, LayerBytes layer, List<LayerBytes> bases) throws IOException {
    var opened = read(layer, file.at(), file.bytes());
    if (opened.isEmpty()) {
      return Optional.empty();
    }
    var body = opened.get();
    var packer = Repacking.of(body.plain(), bytes(layer, body.from(), body.packedBytes()));
    if (packer.isEmpty()) {
      return Optional.empty();
    }
    var pieces = new PieceList(file.at());
    pieces.fresh(body.from() - file.at(), null);
    pieces.packed(body.packedBytes() + TRAILER_BYTES, body.plain().length, packer.get(), true, kin(file, bases));
    return Optional.of(pieces.pieces());
  }

  private static @Nullable Kin kin(Piece.Fresh file, List<LayerBytes> bases) throws IOException {
    if (!(file.kin() instanceof Region region)) {
      return file.kin();
    }
    return read(bases.get(region.base()), region.from(), region.bytes()).<Kin>map(
        old -> new Kin.Unpacked(new Region(region.base(), old.from(), old.packedBytes()), old.plain().length))
        .orElse(region);
  }

  private static Optional<Opened> read(LayerBytes layer, long from, long bytes) throws IOException {
    if (bytes < HEADER_BYTES + TRAILER_BYTES || bytes > LARGEST_PACKED) {
      return Optional.empty();
    }
    var head = bytes(layer, from, (int) Math.min(bytes, 512));
    if (head[0] != 0x1f || (head[1] & 0xff) != 0x8b || head[2] != 8 || (head[3] & ~NAME_FLAG) != 0) {
      return Optional.empty();
    }
    var header = HEADER_BYTES;
    if ((head[3] & NAME_FLAG) != 0) {
      while (header < head.length && head[header] != 0) {
        header++;
      }
      header++;
    }
    var packedBytes = bytes - header - TRAILER_BYTES;
    if (packedBytes < 1) {
      return Optional.empty();
    }
    var trailer = bytes(layer, from + bytes - TRAILER_BYTES, TRAILER_BYTES);
    var plainBytes = littleEndian(trailer, 4);
    if (plainBytes < 0 || plainBytes > LARGEST_PLAIN) {
      return Optional.empty();
    }
    var plain = ByteBuffer.allocate(plainBytes);
    var crc = new CRC32();
    if (Unpacking.unpack(layer, from + header, packedBytes, plain) != packedBytes || plain.hasRemaining()) {
      return Optional.empty();
    }
    crc.update(plain.array());
    return (int) crc.getValue() == littleEndian(trailer, 0)
        ? Optional.of(new Opened(from + header, (int) packedBytes, plain.array()))
        : Optional.empty();
  }

  private static int littleEndian(byte[] bytes, int at) {
    return bytes[at] & 0xff | (bytes[at + 1] & 0xff) << 8 | (bytes[at + 2] & 0xff) << 16 | bytes[at + 3] << 24;
  }

  private static byte[] bytes(LayerBytes layer, long from, int length) throws IOException {
    var bytes = new byte[length];
    layer.read(from, ByteBuffer.wrap(bytes));
    return bytes;
  }
}
