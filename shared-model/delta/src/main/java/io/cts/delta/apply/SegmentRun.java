package io.cts.delta.apply;

import io.cts.delta.LayerBytes;
import io.cts.delta.MalformedDelta;
import io.cts.delta.format.Instruction;
import io.cts.delta.format.Instruction.Add;
import io.cts.delta.format.Instruction.Again;
import io.cts.delta.format.Instruction.Copy;
import io.cts.delta.format.Instruction.Data;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** Follows the instructions of decoded segments. */
final class SegmentRun {
  private static final int SLAB_BYTES = 256 << 10;

  private final List<LayerBytes> bases;
  private final LayerOutput output;
  private final byte[] slab = new byte[SLAB_BYTES];
  private int contentUsed;
  private int differencesUsed;
  private int packedUsed;
  private long repackedBytes;

  SegmentRun(List<LayerBytes> bases, LayerOutput output) {
    this.bases = bases;
    this.output = output;
  }

  /** Content that was compressed again, as it was before that: what takes most of the time, where there is some. */
  long repackedBytes() {
    return repackedBytes;
  }

  void run(DecodedSegment segment) throws IOException {
    contentUsed = 0;
    differencesUsed = 0;
    packedUsed = 0;
    for (Instruction instruction : segment.instructions()) {
      switch (instruction) {
        case Copy copy -> copy(copy, segment);
        case Add add -> add(add, segment);
        case Data data -> data(data, segment);
        case Again again -> again(again, segment);
        case Instruction.Pack(int plainLength, _, _) -> {
          var bytes = segment.packed().get(packedUsed++);
          output.write(bytes, 0, bytes.length, segment.deltaOffset());
          contentUsed += plainLength;
          repackedBytes += plainLength;
        }
      }
    }
    if (contentUsed != segment.contentBytes() || differencesUsed != segment.differenceBytes()) {
      throw new MalformedDelta(segment.deltaOffset(), "a segment has more content than it uses");
    }
  }

  private void copy(Copy copy, DecodedSegment segment) throws IOException {
    var base = bases.get(copy.base());
    var left = copy.length();
    var from = copy.offset();
    while (left > 0) {
      var count = (int) Math.min(left, slab.length);
      base.read(from, ByteBuffer.wrap(slab, 0, count));
      output.write(slab, 0, count, segment.deltaOffset());
      from += count;
      left -= count;
    }
  }

  private void add(Add add, DecodedSegment segment) throws IOException {
    if (add.length() > segment.differenceBytes() - differencesUsed) {
      throw new MalformedDelta(segment.deltaOffset(), "a segment uses more differences than it has");
    }
    var differences = segment.differences();
    var from = add.prefixOffset();
    var left = add.length();
    while (left > 0) {
      var count = Math.min(left, slab.length);
      segment.prefix().get(from, slab, 0, count);
      for (var i = 0; i < count; i++) {
        slab[i] += differences[differencesUsed + i];
      }
      output.write(slab, 0, count, segment.deltaOffset());
      differencesUsed += count;
      from += count;
      left -= count;
    }
  }

  private void data(Data data, DecodedSegment segment) throws IOException {
    if (data.length() > segment.contentBytes() - contentUsed) {
      throw new MalformedDelta(segment.deltaOffset(), "a segment uses more content than it has");
    }
    output.write(segment.content(), contentUsed, data.length(), segment.deltaOffset());
    contentUsed += data.length();
  }

  private void again(Again again, DecodedSegment segment) throws IOException {
    var left = again.length();
    var from = again.offset();
    while (left > 0) {
      var count = Math.min(left, slab.length);
      output.kept().copy(from, slab, count, segment.deltaOffset());
      output.write(slab, 0, count, segment.deltaOffset());
      from += count;
      left -= count;
    }
  }
}
