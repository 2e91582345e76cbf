package io.cts.delta.encode;

import io.cts.delta.LayerBytes;
import io.cts.delta.deflate.Unpacking;
import io.cts.delta.format.Instruction;
import io.cts.delta.format.PrefixFilling;
import io.cts.delta.format.Script;
import io.cts.delta.format.Segment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Encodes one segment. */
final class SegmentEncoder {
  private static final int SLAB_BYTES = 256 << 10;

  private final SegmentPlan plan;
  private final LayerBytes layer;
  private final List<LayerBytes> bases;
  private final Effort effort;
  private final List<Instruction> instructions = new ArrayList<>();
  private final byte[] prefix;
  private final byte[] content;
  private final byte[] differences;
  private int contentBytes;
  private int differenceBytes;

  SegmentEncoder(SegmentPlan plan, LayerBytes layer, List<LayerBytes> bases, Effort effort) {
    this.plan = plan;
    this.layer = layer;
    this.bases = bases;
    this.effort = effort;
    this.prefix = new byte[plan.prefixBytes()];
    this.content = new byte[plan.contentBytes()];
    this.differences = new byte[plan.contentBytes()];
  }

  Segment encode() throws IOException {
    var into = ByteBuffer.wrap(prefix);
    for (var region : plan.prefix()) {
      PrefixFilling.add(region, bases.get(region.base()), into);
    }
    for (var piece : plan.pieces()) {
      switch (piece) {
        case Piece.Same same -> same(same);
        case Piece.Altered altered -> altered(altered);
        case Piece.Fresh(long at, long bytes, _) -> data(at, (int) bytes);
        case Piece.Deflated(long at, long bytes, _, _) -> data(at, (int) bytes);
        case Piece.Packed packed -> packed(packed);
        case Piece.Patched patched -> patched(patched);
        case Piece.Again again -> again(again);
      }
    }
    return new Segment(new Script(plan.prefix(), instructions),
        PrefixCompressor.compress(prefix, content, contentBytes, effort), contentBytes,
        PrefixCompressor.compress(new byte[0], differences, differenceBytes, effort), differenceBytes);
  }

  private void same(Piece.Same same) throws IOException {
    var region = same.as();
    checkSame(same.at(), bases.get(region.base()), region.from(), region.bytes());
    instructions.add(new Instruction.Copy(region.base(), region.from(), region.bytes()));
  }

  private void again(Piece.Again again) throws IOException {
    checkSame(again.at(), layer, again.from(), again.bytes());
    instructions.add(new Instruction.Again(again.from(), (int) again.bytes()));
  }

  private void checkSame(long at, LayerBytes other, long from, long bytes) throws IOException {
    var ours = new byte[(int) Math.min(SLAB_BYTES, bytes)];
    var theirs = new byte[ours.length];
    for (var done = 0L; done < bytes; done += ours.length) {
      var count = (int) Math.min(ours.length, bytes - done);
      layer.read(at + done, ByteBuffer.wrap(ours, 0, count));
      other.read(from + done, ByteBuffer.wrap(theirs, 0, count));
      if (Arrays.mismatch(ours, 0, count, theirs, 0, count) >= 0) {
        throw new LayerChanged(at + done);
      }
    }
  }

  private void altered(Piece.Altered altered) throws IOException {
    add(altered.at(), (int) altered.bytes(), plan.offset(altered.from()).orElseThrow());
  }

  private void patched(Piece.Patched patched) throws IOException {
    var from = plan.offset(patched.kin()).orElseThrow();
    var done = 0;
    for (var addition : patched.additions()) {
      data(patched.at() + done, addition.at() - done);
      add(patched.at() + addition.at(), addition.bytes(), from + addition.from());
      done = addition.end();
    }
    data(patched.at() + done, (int) patched.bytes() - done);
  }

  /** Adds to what is at {@code from} of the prefix. */
  private void add(long at, int length, int from) throws IOException {
    layer.read(at, ByteBuffer.wrap(differences, differenceBytes, length));
    for (var i = 0; i < length; i++) {
      differences[differenceBytes + i] -= prefix[from + i];
    }
    differenceBytes += length;
    instructions.add(new Instruction.Add(from, length));
  }

  private void packed(Piece.Packed packed) throws IOException {
    var plain = ByteBuffer.wrap(content, contentBytes, packed.plainBytes());
    if (Unpacking.unpack(layer, packed.at(), packed.bytes(), plain) < 0 || plain.hasRemaining()) {
      throw new LayerChanged(packed.at());
    }
    contentBytes += packed.plainBytes();
    instructions.add(new Instruction.Pack(packed.plainBytes(), packed.packer(), packed.isGzip()));
  }

  private void data(long at, int length) throws IOException {
    if (length == 0) {
      return;
    }
    layer.read(at, ByteBuffer.wrap(content, contentBytes, length));
    contentBytes += length;
    if (!instructions.isEmpty() && instructions.getLast() instanceof Instruction.Data(int before)) {
      instructions.set(instructions.size() - 1, new Instruction.Data(before + length));
    } else {
      instructions.add(new Instruction.Data(length));
    }
  }
}
