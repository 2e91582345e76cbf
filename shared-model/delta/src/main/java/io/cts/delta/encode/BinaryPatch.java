package io.cts.delta.encode;

import com.github.luben.zstd.Zstd;
import io.cts.delta.LayerBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Patches binary content, such as programs, by what is to be added to the old bytes, where that takes less than zstd. */
final class BinaryPatch {
  /** A shorter one is not worth the trouble. */
  private static final int SHORTEST = 2 << 10;
  /** Of old bytes, for the list of their suffixes takes up to eight times as much. */
  private static final int LONGEST_OLD = 8 << 20;
  /** Of the beginning, to see what it is. */
  private static final int SAMPLE_BYTES = 64 << 10;
  /** Text hardly has zeros, binary content does. */
  private static final int FEWEST_ZEROS_PER_KIB = 8;
  /** Of zstd, to tell which way is shorter: far quicker than the level that encodes it in the end. */
  private static final int TRIAL_LEVEL = 9;
  /** What an instruction takes of a script, about. */
  private static final int INSTRUCTION_BYTES = 4;

  private BinaryPatch() {}

  /** The patched piece instead of {@code fresh}, or none if it is as well off without. */
  static Optional<List<Piece>> of(Piece.Fresh fresh, LayerBytes layer, List<LayerBytes> bases) throws IOException {
    if (!(fresh.kin() instanceof Region kin) || fresh.bytes() < SHORTEST || kin.bytes() < SHORTEST
        || kin.bytes() > LONGEST_OLD) {
      return Optional.empty();
    }
    var young = bytes(layer, fresh.at(), fresh.bytes());
    if (!isBinary(young)) {
      return Optional.empty();
    }
    var old = bytes(bases.get(kin.base()), kin.from(), kin.bytes());
    var additions = Additions.of(old, young);
    if (additions.isEmpty() || patchedBytes(old, young, additions) >= encodedBytes(old, young, young.length)) {
      return Optional.empty();
    }
    var pieces = new PieceList(fresh.at());
    pieces.patched(fresh.bytes(), kin, additions);
    return Optional.of(pieces.pieces());
  }

  private static boolean isBinary(byte[] content) {
    var sample = Arrays.copyOf(content, Math.min(content.length, SAMPLE_BYTES));
    var zeros = 0;
    for (var value : sample) {
      zeros += value == 0 ? 1 : 0;
    }
    return zeros >= sample.length / 1024 * FEWEST_ZEROS_PER_KIB
        && Zstd.compress(sample, 1).length < sample.length / 8 * 7;
  }

  private static int patchedBytes(byte[] old, byte[] young, List<Piece.Addition> additions) {
    var rest = new byte[young.length];
    var differences = new byte[young.length];
    var restBytes = 0;
    var differenceBytes = 0;
    var done = 0;
    for (var addition : additions) {
      System.arraycopy(young, done, rest, restBytes, addition.at() - done);
      restBytes += addition.at() - done;
      for (var i = 0; i < addition.bytes(); i++) {
        differences[differenceBytes++] = (byte) (young[addition.at() + i] - old[addition.from() + i]);
      }
      done = addition.end();
    }
    System.arraycopy(young, done, rest, restBytes, young.length - done);
    restBytes += young.length - done;
    return encodedBytes(old, rest, restBytes) + encodedBytes(new byte[0], differences, differenceBytes)
        + additions.size() * INSTRUCTION_BYTES;
  }

  private static int encodedBytes(byte[] prefix, byte[] content, int length) {
    return PrefixCompressor.compress(prefix, content, length, TRIAL_LEVEL, Effort.QUICK).length;
  }

  private static byte[] bytes(LayerBytes layer, long from, long length) throws IOException {
    var bytes = new byte[(int) length];
    layer.read(from, ByteBuffer.wrap(bytes));
    return bytes;
  }
}
