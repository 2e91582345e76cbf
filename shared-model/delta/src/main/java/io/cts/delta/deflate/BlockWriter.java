package io.cts.delta.deflate;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/** Collects the symbols of a block, and writes it in the shortest of deflate's three ways as gzip and zlib reckon it. */
final class BlockWriter {
  private static final int STORED = 0;
  private static final int FIXED = 1;
  private static final int DYNAMIC = 2;
  private static final int LONGEST_CODE = 15;
  private static final int LONGEST_LENGTH_CODE = 7;
  private static final int CODE_LENGTHS = 19;
  private static final int EARLY_END_EVERY = 1 << 12;
  // RFC 1951, section 3.2.7
  private static final int REPEAT = 16;
  private static final int ZEROS = 17;
  private static final int MANY_ZEROS = 18;
  private final int[] order = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
  private final int[] codeLengthExtra = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 3, 7};

  private final Packer packer;
  private final BitOutput out = new BitOutput();
  private final Alphabets alphabets = new Alphabets();
  private final FixedCodes fixed = new FixedCodes();
  private final HuffmanTree literals = new HuffmanTree(Alphabets.LITERALS_AND_LENGTHS, alphabets.lengthExtra,
      Alphabets.LITERALS + 1, LONGEST_CODE);
  private final HuffmanTree distances = new HuffmanTree(Alphabets.DISTANCES, alphabets.distanceExtra, 0, LONGEST_CODE);
  private final HuffmanTree codeLengths = new HuffmanTree(CODE_LENGTHS, codeLengthExtra, 0, LONGEST_LENGTH_CODE);
  /** Of each symbol the literal, or the length with the distance above it. */
  private final int[] symbols;
  private int count;
  private int matches;

  BlockWriter(Packer packer) {
    this.packer = packer;
    this.symbols = new int[packer.blocks.symbols];
  }

  /** Begins anew, into {@code next}. */
  void begin(OutputStream next) {
    out.begin(next);
    clear();
  }

  private void clear() {
    literals.clear();
    distances.clear();
    codeLengths.clear();
    literals.count(Alphabets.END_OF_BLOCK);
    count = 0;
    matches = 0;
  }

  /** @return whether the block is to end here */
  boolean literal(int value, int bytesOfBlock) {
    symbols[count++] = value & 0xff;
    literals.count(value & 0xff);
    return isFull(bytesOfBlock);
  }

  /** @return whether the block is to end here */
  boolean match(int distance, int length, int bytesOfBlock) {
    symbols[count++] = distance << 9 | length;
    matches++;
    literals.count(Alphabets.LITERALS + 1 + alphabets.lengthCode(length));
    distances.count(alphabets.distanceCode(distance));
    return isFull(bytesOfBlock);
  }

  private boolean isFull(int bytesOfBlock) {
    if (packer.blocks.endEarly && count % EARLY_END_EVERY == 0 && endingPays(bytesOfBlock)) {
      return true;
    }
    return count == symbols.length - 1;
  }

  /** Reckons a byte a symbol and the distances: few matches, but half the bytes saved. */
  private boolean endingPays(int bytesOfBlock) {
    var bits = 8L * count;
    for (var i = 0; i < Alphabets.DISTANCES; i++) {
      bits += (long) distances.frequency(i) * (5 + alphabets.distanceExtra[i]);
    }
    return matches < count / 2 && bits / 8 < bytesOfBlock / 2;
  }

  /**
   * Ends the block.
   *
   * @param window where its bytes still are, from {@code offset} on; a negative offset if they are not
   */
  void end(byte[] window, int offset, int bytes, boolean isLast) throws IOException {
    literals.build();
    distances.build();
    var lengthsWritten = countCodeLengths();
    var dynamicBits = literals.bits(literals.length) + distances.bits(distances.length)
        + codeLengths.bits(codeLengths.length) + 3L * lengthsWritten + 5 + 5 + 4;
    var fixedBits = literals.bits(fixed.literalLengths) + distances.bits(fixed.distanceLengths);
    var dynamicBytes = dynamicBits + 3 + 7 >>> 3;
    var fixedBytes = fixedBits + 3 + 7 >>> 3;
    if (bytes + 4 <= Math.min(dynamicBytes, fixedBytes) && offset >= 0) {
      header(STORED, isLast);
      out.align();
      out.bits(bytes, 16);
      out.bits(~bytes & 0xffff, 16);
      out.bytes(window, offset, bytes);
    } else if (fixedBytes <= dynamicBytes) {
      header(FIXED, isLast);
      writeFixed();
    } else {
      header(DYNAMIC, isLast);
      out.bits(literals.highest() + 1 - 257, 5);
      out.bits(distances.highest() + 1 - 1, 5);
      out.bits(lengthsWritten - 4, 4);
      for (var i = 0; i < lengthsWritten; i++) {
        out.bits(codeLengths.length[order[i]], 3);
      }
      eachCodeLength(literals, this::writeCodeLength);
      eachCodeLength(distances, this::writeCodeLength);
      writeDynamic();
    }
    clear();
    if (isLast) {
      out.align();
      out.drain();
    }
  }

  private void header(int kind, boolean isLast) throws IOException {
    out.bits(kind << 1 | (isLast ? 1 : 0), 3);
  }

  /** How many lengths of code lengths have to be written. */
  private int countCodeLengths() throws IOException {
    eachCodeLength(literals, (code, _, _) -> codeLengths.count(code));
    eachCodeLength(distances, (code, _, _) -> codeLengths.count(code));
    codeLengths.build();
    var highest = CODE_LENGTHS - 1;
    while (highest >= 3 && codeLengths.length[order[highest]] == 0) {
      highest--;
    }
    return highest + 1;
  }

  private interface CodeLength {
    void is(int code, int extra, int extraBits) throws IOException;
  }

  private void writeCodeLength(int code, int extra, int extraBits) throws IOException {
    codeLengths.write(out, code);
    out.bits(extra, extraBits);
  }

  /** The lengths of a tree's codes, runs of them shortened (RFC 1951, section 3.2.7). */
  private static void eachCodeLength(HuffmanTree tree, CodeLength listener) throws IOException {
    var before = -1;
    for (var i = 0; i <= tree.highest();) {
      var length = tree.length[i];
      // a run of a length that was just written may be one longer before it has to be cut: the first is written out
      var most = length == 0 ? 138 : length == before ? 6 : 7;
      var least = length == 0 ? 3 : length == before ? 3 : 4;
      var run = 1;
      while (run < most && i + run <= tree.highest() && tree.length[i + run] == length) {
        run++;
      }
      i += run;
      if (run < least) {
        for (var j = 0; j < run; j++) {
          listener.is(length, 0, 0);
        }
      } else if (length != 0) {
        if (length != before) {
          listener.is(length, 0, 0);
          run--;
        }
        listener.is(REPEAT, run - 3, 2);
      } else if (run <= 10) {
        listener.is(ZEROS, run - 3, 3);
      } else {
        listener.is(MANY_ZEROS, run - 11, 7);
      }
      before = length;
    }
  }

  private void writeFixed() throws IOException {
    for (var i = 0; i < count; i++) {
      var symbol = symbols[i];
      var distance = symbol >>> 9;
      if (distance == 0) {
        fixed.literal(out, symbol);
      } else {
        var length = symbol & 0x1ff;
        var code = alphabets.lengthCode(length);
        fixed.literal(out, Alphabets.LITERALS + 1 + code);
        out.bits(length - alphabets.lengthBase[code], alphabets.lengthExtra[code]);
        var distanceCode = alphabets.distanceCode(distance);
        fixed.distance(out, distanceCode);
        out.bits(distance - alphabets.distanceBase[distanceCode], alphabets.distanceExtra[distanceCode]);
      }
    }
    fixed.literal(out, Alphabets.END_OF_BLOCK);
  }

  private void writeDynamic() throws IOException {
    for (var i = 0; i < count; i++) {
      var symbol = symbols[i];
      var distance = symbol >>> 9;
      if (distance == 0) {
        literals.write(out, symbol);
      } else {
        var length = symbol & 0x1ff;
        var code = alphabets.lengthCode(length);
        literals.write(out, Alphabets.LITERALS + 1 + code);
        out.bits(length - alphabets.lengthBase[code], alphabets.lengthExtra[code]);
        var distanceCode = alphabets.distanceCode(distance);
        distances.write(out, distanceCode);
        out.bits(distance - alphabets.distanceBase[distanceCode], alphabets.distanceExtra[distanceCode]);
      }
    }
    literals.write(out, Alphabets.END_OF_BLOCK);
  }

  /** The code that needs not be sent (RFC 1951, section 3.2.6). */
  private static final class FixedCodes {
    private static final int ALL = 288; // two more than are used
    final int[] literalLengths = new int[ALL];
    final int[] distanceLengths = new int[Alphabets.DISTANCES];
    private final int[] literalCodes = new int[ALL];

    FixedCodes() {
      for (var i = 0; i < ALL; i++) {
        literalLengths[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
      }
      HuffmanTree.codes(literalLengths, ALL - 1, literalCodes);
      Arrays.fill(distanceLengths, 5);
    }

    void literal(BitOutput out, int element) throws IOException {
      out.bits(literalCodes[element], literalLengths[element]);
    }

    void distance(BitOutput out, int element) throws IOException {
      out.bits(Integer.reverse(element) >>> 27, 5);
    }
  }
}
