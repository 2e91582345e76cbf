package io.cts.delta.format;

import io.cts.delta.MalformedDelta;
import io.cts.delta.deflate.Packer;
import io.cts.delta.format.Instruction.Add;
import io.cts.delta.format.Instruction.Again;
import io.cts.delta.format.Instruction.Copy;
import io.cts.delta.format.Instruction.Data;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a segment does: of which regions its prefix is made, and the instructions. Written column by column, offsets as
 * their distance from where one would go on.
 */
public record Script(List<PrefixRegion> prefix, List<Instruction> instructions) {
  private static final int COPY = 0;
  private static final int ADD = 1;
  private static final int DATA = 2;
  private static final int AGAIN = 3;
  private static final int PACK = 4;
  private static final int PACK_GZIP = 5;
  /** The least bytes that a region or an instruction takes. */
  private static final int LEAST_BYTES = 2;

  public Script {
    prefix = List.copyOf(prefix);
    instructions = List.copyOf(instructions);
  }

  public int prefixBytes() {
    return prefix.stream().mapToInt(PrefixRegion::prefixLength).sum();
  }

  byte[] toBytes(int bases) {
    var numbers = new ByteWriter();
    numbers.varint(prefix.size()).varint(instructions.size());
    var expected = new long[bases];
    for (var region : prefix) {
      var isUnpacked = region instanceof PrefixRegion.Unpacked;
      numbers.varint(region.base() * 2L + (isUnpacked ? 1 : 0));
      numbers.signed(region.offset() - expected[region.base()]).varint(region.length());
      if (isUnpacked) {
        numbers.varint(region.prefixLength());
      }
      expected[region.base()] = region.offset() + region.length();
    }
    var kinds = new ByteWriter();
    var lengths = new ByteWriter();
    var places = new ByteWriter();
    var cursor = new Cursor(bases);
    for (var instruction : instructions) {
      switch (instruction) {
        case Copy copy -> {
          kinds.int8(COPY);
          lengths.varint(copy.length());
          places.varint(copy.base()).signed(copy.offset() - cursor.inBase[copy.base()]);
        }
        case Add add -> {
          kinds.int8(ADD);
          lengths.varint(add.length());
          places.signed(add.prefixOffset() - cursor.inPrefix);
        }
        case Data data -> {
          kinds.int8(DATA);
          lengths.varint(data.length());
        }
        case Instruction.Pack pack -> {
          kinds.int8(pack.isGzip() ? PACK_GZIP : PACK);
          lengths.varint(pack.plainLength());
          places.varint(pack.packer().number());
        }
        case Again again -> {
          kinds.int8(AGAIN);
          lengths.varint(again.length());
          places.signed(again.offset() - cursor.inOutput);
        }
      }
      cursor.advance(instruction);
    }
    return numbers.raw(kinds).raw(lengths).raw(places).toBytes();
  }

  static Script parse(byte[] bytes, long offset, DeltaHeader header) throws IOException {
    return new Parser(new ByteReader(bytes, offset, MalformedDelta::new), header).parse();
  }

  /** Where the next instruction of each kind would go on. */
  private static final class Cursor {
    final long[] inBase;
    long inPrefix;
    long inOutput;

    Cursor(int bases) {
      inBase = new long[bases];
    }

    void advance(Instruction done) {
      switch (done) {
        case Copy copy -> inBase[copy.base()] = copy.offset() + copy.length();
        case Add add -> inPrefix = add.prefixOffset() + add.length();
        case Data data -> inPrefix += data.length(); // the new file is about as long as the old one in the prefix
        case Instruction.Pack pack -> inPrefix += pack.plainLength();
        case Again again -> inOutput = again.offset() + again.length();
      }
    }
  }

  private static final class Parser {
    private final ByteReader in;
    private final DeltaHeader header;

    Parser(ByteReader in, DeltaHeader header) {
      this.in = in;
      this.header = header;
    }

    Script parse() throws IOException {
      var regions = in.count("regions", in.left() / LEAST_BYTES);
      var count = in.count("instructions", in.left() / LEAST_BYTES);
      var prefix = prefix(regions);
      var prefixBytes = prefix.stream().mapToLong(PrefixRegion::prefixLength).sum();
      var kinds = in.raw(count, "kinds of instructions");
      var lengths = new long[count];
      for (var i = 0; i < count; i++) {
        lengths[i] = in.varint("an instruction's length", Math.max(header.targetBytes(), Limits.CONTENT_BYTES));
      }
      var cursor = new Cursor(header.bases().size());
      var instructions = new ArrayList<Instruction>(count);
      for (var i = 0; i < count; i++) {
        var instruction = instruction(kinds[i], lengths[i], cursor, prefixBytes);
        cursor.advance(instruction);
        instructions.add(instruction);
      }
      in.end("a segment's instructions");
      return new Script(prefix, instructions);
    }

    private List<PrefixRegion> prefix(int count) throws IOException {
      var expected = new long[header.bases().size()];
      var regions = new ArrayList<PrefixRegion>(count);
      var left = header.needs().prefixBytes();
      for (var i = 0; i < count; i++) {
        var baseAndKind = in.count("a region's base", 2 * header.bases().size() - 1);
        var base = baseAndKind / 2;
        var offset = expected[base] + in.signed("a region's offset");
        var length = in.count("a region's length", Limits.PREFIX_BYTES);
        checkWithin(base, offset, length);
        var region = baseAndKind % 2 == 0
            ? new PrefixRegion.Stored(base, offset, length)
            : new PrefixRegion.Unpacked(base, offset, length, in.count("a region's bytes", left));
        if (region.prefixLength() > left) {
          throw in.malformed("a prefix of more than the " + header.needs().prefixBytes() + " bytes stated");
        }
        left -= region.prefixLength();
        regions.add(region);
        expected[base] = offset + length;
      }
      return regions;
    }

    private Instruction instruction(int kind, long length, Cursor cursor, long prefixBytes) throws IOException {
      return switch (kind) {
        case COPY -> {
          var base = base();
          var offset = cursor.inBase[base] + in.signed("a copy's offset");
          checkWithin(base, offset, length);
          yield new Copy(base, offset, length);
        }
        case ADD -> {
          var offset = cursor.inPrefix + in.signed("an addition's offset");
          if (offset < 0 || length > prefixBytes - offset) {
            throw in.malformed("an addition to bytes outside the prefix");
          }
          yield new Add((int) offset, (int) length);
        }
        case DATA -> new Data(small(length));
        case PACK, PACK_GZIP -> {
          var number = in.count("a packer", Byte.MAX_VALUE);
          var packer = Packer.of(number).orElseThrow(() -> in.malformed("the unknown packer " + number));
          yield new Instruction.Pack(small(length), packer, kind == PACK_GZIP);
        }
        case AGAIN -> new Again(cursor.inOutput + in.signed("a repetition's offset"), small(length));
        default -> throw in.malformed("an instruction of the unknown kind " + kind);
      };
    }

    private int small(long length) throws IOException {
      if (length > Integer.MAX_VALUE) {
        throw in.malformed("an instruction of " + length + " bytes");
      }
      return (int) length;
    }

    private int base() throws IOException {
      return in.count("a base's number", header.bases().size() - 1);
    }

    private void checkWithin(int base, long offset, long length) throws IOException {
      if (offset < 0 || offset > header.bases().get(base).bytes() - length) {
        throw in.malformed("bytes " + offset + " to " + (offset + length) + " of a base that has "
            + header.bases().get(base).bytes());
      }
    }
  }
}
