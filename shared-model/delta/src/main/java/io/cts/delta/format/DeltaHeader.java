package io.cts.delta.format;

import io.cts.contract.Digest;
import io.cts.delta.MalformedDelta;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * What a delta begins with.
 *
 * @param target the layer that it makes
 * @param targetBytes of that layer
 * @param bases that it builds upon, in the order in which instructions number them
 * @param needs of memory, for who applies it
 * @param kept stretches of the new layer that come again, in their order
 */
public record DeltaHeader(Digest target, long targetBytes, List<Base> bases, Needs needs, List<Kept> kept) {
  private static final int MOST_BASES = 1 << 10;
  private static final int MOST_KEPT = 1 << 20;
  private static final int LARGEST_HEADER = 64 << 20;

  public record Base(Digest diffId, long bytes) {}

  /**
   * @param prefixBytes of any segment
   * @param contentBytes of any segment, its differences included
   * @param keptBytes of what has come and will come again, at any moment
   */
  public record Needs(int prefixBytes, int contentBytes, int keptBytes) {}

  /**
   * @param offset in the new layer
   * @param lastUse the output offset after which it may be forgotten
   */
  public record Kept(long offset, int length, long lastUse) {}

  public DeltaHeader {
    bases = List.copyOf(bases);
    kept = List.copyOf(kept);
  }

  public byte[] toBytes() {
    var body = new ByteWriter();
    body.raw(HexFormat.of().parseHex(target.hex())).varint(targetBytes);
    body.varint(bases.size());
    bases.forEach(base -> body.raw(HexFormat.of().parseHex(base.diffId().hex())).varint(base.bytes()));
    body.varint(needs.prefixBytes()).varint(needs.contentBytes()).varint(needs.keptBytes());
    body.varint(kept.size());
    var end = 0L;
    for (var each : kept) {
      body.varint(each.offset() - end).varint(each.length());
      end = each.offset() + each.length();
      body.varint(each.lastUse() - end);
    }
    return body.toBytes();
  }

  static DeltaHeader parse(byte[] bytes, long offset) throws IOException {
    var in = new ByteReader(bytes, offset, MalformedDelta::new);
    var target = Digest.finished(in.raw(32, "the target's diffID"));
    var targetBytes = in.varint("bytes of the target", Long.MAX_VALUE);
    var bases = new ArrayList<Base>();
    for (var i = in.count("bases", MOST_BASES); i > 0; i--) {
      bases.add(new Base(Digest.finished(in.raw(32, "a base's diffID")), in.varint("bytes of a base", Long.MAX_VALUE)));
    }
    var needs = new Needs(in.count("prefix bytes", Limits.PREFIX_BYTES),
        in.count("content bytes", Limits.CONTENT_BYTES),
        in.count("kept bytes", Limits.KEPT_BYTES));
    var kept = new ArrayList<Kept>();
    var end = 0L;
    for (var i = in.count("kept stretches", MOST_KEPT); i > 0; i--) {
      var from = end + in.varint("a kept stretch's offset", targetBytes - end);
      var length = in.count("a kept stretch's bytes", (int) Math.min(needs.keptBytes(), targetBytes - from));
      end = from + length;
      kept.add(new Kept(from, length, end + in.varint("a kept stretch's last use", targetBytes - end)));
    }
    in.end("the header");
    return new DeltaHeader(target, targetBytes, bases, needs, kept);
  }

  static int largest() {
    return LARGEST_HEADER;
  }
}
