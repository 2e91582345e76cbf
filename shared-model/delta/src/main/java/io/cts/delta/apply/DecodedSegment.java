package io.cts.delta.apply;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdDictContentType;
import com.github.luben.zstd.ZstdDictDecompress;
import com.github.luben.zstd.ZstdException;
import io.cts.delta.LayerBytes;
import io.cts.delta.MalformedDelta;
import io.cts.delta.deflate.Deflating;
import io.cts.delta.deflate.Packer;
import io.cts.delta.format.ByteWriter;
import io.cts.delta.format.DeltaHeader;
import io.cts.delta.format.Instruction;
import io.cts.delta.format.PrefixFilling;
import io.cts.delta.format.Segment;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;

/** Memory for one segment after another: its prefix, content and differences. */
final class DecodedSegment implements AutoCloseable {
  private final Arena memory = Arena.ofShared();
  private final ByteBuffer prefix;
  private byte[] content = new byte[0];
  private byte[] differences = new byte[0];
  private int contentBytes;
  private int differenceBytes;
  private long deltaOffset;
  private List<Instruction> instructions = List.of();
  private final List<byte[]> packed = new ArrayList<>();
  private final Map<Packer, Deflating> packers = new EnumMap<>(Packer.class);

  DecodedSegment(DeltaHeader.Needs needs) {
    this.prefix = memory.allocate(Math.max(1, needs.prefixBytes())).asByteBuffer();
  }

  /** @param deltaOffset of what follows the segment, for what is complained of */
  void decode(Segment segment, List<LayerBytes> bases, long deltaOffset) throws IOException {
    this.deltaOffset = deltaOffset;
    instructions = segment.script().instructions();
    contentBytes = segment.contentBytes();
    differenceBytes = segment.differenceBytes();
    prefix.clear();
    if (segment.script().prefix().isEmpty()) {
      prefix.put((byte) 0); // nothing cannot be a dictionary
    }
    for (var region : segment.script().prefix()) {
      PrefixFilling.add(region, bases.get(region.base()), prefix);
    }
    prefix.flip();
    content = grown(content, contentBytes);
    differences = grown(differences, differenceBytes);
    // a context is closed before the dictionary that it refers to
    try (var dictionary = new ZstdDictDecompress(prefix, true, ZstdDictContentType.RAW_CONTENT);
        var context = new ZstdDecompressCtx()) {
      decode(context, segment.differences(), differences, differenceBytes, "the differences");
      context.loadDict(dictionary);
      decode(context, segment.content(), content, contentBytes, "the content");
    }
    pack();
  }

  /** Packing takes longest, so it is done here and not where the layer is written. */
  private void pack() throws IOException {
    packed.clear();
    var at = 0;
    for (var instruction : instructions) {
      switch (instruction) {
        case Instruction.Data(int length) -> at += length;
        case Instruction.Pack pack -> {
          if (pack.plainLength() > contentBytes - at) {
            throw new MalformedDelta(deltaOffset, "a segment uses more content than it has");
          }
          packed.add(packed(pack, at));
          at += pack.plainLength();
        }
        case Instruction.Copy _,Instruction.Add _,Instruction.Again _ -> {
          // they take no content
        }
      }
    }
  }

  private byte[] packed(Instruction.Pack pack, int at) throws IOException {
    var out = new ByteArrayOutputStream(pack.plainLength() / 2);
    packers.computeIfAbsent(pack.packer(), Deflating::new)
        .deflate(new ByteArrayInputStream(content, at, pack.plainLength()), out);
    if (pack.isGzip()) {
      var crc = new CRC32();
      crc.update(content, at, pack.plainLength());
      out.writeBytes(new ByteWriter().int32((int) crc.getValue()).int32(pack.plainLength()).toBytes());
    }
    return out.toByteArray();
  }

  private void decode(ZstdDecompressCtx context, byte[] encoded, byte[] into, int bytes, String what)
      throws MalformedDelta {
    if (bytes == 0) {
      return;
    }
    try {
      var count = context.decompressByteArray(into, 0, bytes, encoded, 0, encoded.length);
      if (count != bytes) {
        throw new MalformedDelta(deltaOffset, what + " of a segment decodes to " + count + " bytes for " + bytes);
      }
    } catch (ZstdException e) {
      throw new MalformedDelta(deltaOffset, what + " of a segment cannot be decoded", e);
    }
  }

  private static byte[] grown(byte[] buffer, int bytes) {
    return buffer.length >= bytes ? buffer : new byte[bytes];
  }

  ByteBuffer prefix() {
    return prefix;
  }

  byte[] content() {
    return content;
  }

  int contentBytes() {
    return contentBytes;
  }

  byte[] differences() {
    return differences;
  }

  int differenceBytes() {
    return differenceBytes;
  }

  long deltaOffset() {
    return deltaOffset;
  }

  /** What each instruction to pack makes, in their order. */
  List<byte[]> packed() {
    return packed;
  }

  List<Instruction> instructions() {
    return instructions;
  }

  @Override
  public void close() {
    memory.close();
  }
}
