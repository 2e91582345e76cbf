package io.cts.delta.tar;

import io.cts.codec.Codecs;
import io.cts.codec.DecodeBounds;
import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import io.cts.delta.format.ByteReader;
import io.cts.delta.format.ByteWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A {@link TarIndex} to be kept: about 45 bytes a member. {@code "CTSINDEX"}, a version byte, and zstd of: the diffID's 32
 * bytes, bytes of the layer, number of members; then for each member how much of its name is that of the one before, the
 * rest of it, type, header's distance from the content before, header bytes, content bytes, and for what has content its
 * {@link ContentId} and {@link Sketch}. Numbers are varints.
 */
public final class TarIndexFormat {
  private static final byte[] MAGIC = "CTSINDEX".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;
  private static final int LEVEL = 6;
  private static final int LONGEST_NAME = 1 << 20;
  /** More than any index takes that {@link TarIndexer} makes. */
  private static final DecodeBounds BOUNDS = new DecodeBounds(128L << 20, 1000, 27);

  private TarIndexFormat() {}

  public static byte[] toBytes(TarIndex index) {
    var out = new ByteArrayOutputStream();
    out.writeBytes(MAGIC);
    out.write(VERSION);
    try (var encoder = Codecs.of(CodecFamily.ZSTD).encoder(out, LEVEL)) {
      write(index, encoder);
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return out.toByteArray();
  }

  private static void write(TarIndex index, OutputStream out) throws IOException {
    var body = new ByteWriter();
    body.raw(HexFormat.of().parseHex(index.diffId().hex())).varint(index.bytes()).varint(index.members().size());
    var nameBefore = "";
    var endBefore = 0L;
    for (var member : index.members()) {
      var entry = member.entry();
      var shared = sharedPrefix(nameBefore, entry.name());
      body.varint(shared).text(entry.name().substring(shared)).varint(entry.type());
      body.varint(entry.headerOffset() - endBefore).varint(entry.dataOffset() - entry.headerOffset());
      body.varint(entry.dataBytes());
      if (member.content() != null) {
        var sketch = member.sketch();
        body.int64(member.content().high()).int64(member.content().low()).int8(sketch.isNone() ? 0 : 1);
        if (!sketch.isNone()) {
          body.int64(sketch.first()).int64(sketch.second()).int64(sketch.third());
        }
      }
      nameBefore = entry.name();
      endBefore = member.dataEnd();
    }
    out.write(body.toBytes());
  }

  private static int sharedPrefix(String one, String other) {
    var length = Math.min(one.length(), other.length());
    var shared = 0;
    while (shared < length && one.charAt(shared) == other.charAt(shared)) {
      shared++;
    }
    // a name is never cut within a pair of surrogates
    return shared > 0 && Character.isHighSurrogate(one.charAt(shared - 1)) ? shared - 1 : shared;
  }

  /**
   * @param in closed when it was read
   * @throws MalformedIndex if these are not bytes that {@link #toBytes} made, or more than an index takes
   */
  public static TarIndex parse(InputStream in) throws IOException {
    if (!Arrays.equals(in.readNBytes(MAGIC.length), MAGIC)) {
      throw new MalformedIndex(0, "something else");
    }
    var version = in.read();
    if (version != VERSION) {
      throw new MalformedIndex(MAGIC.length,
          version < 0 ? "nothing more" : "version " + version + ", which is unknown here");
    }
    try (InputStream body = Codecs.of(CodecFamily.ZSTD).decoder(in, BOUNDS)) {
      return read(new ByteReader(body.readAllBytes(), 0, MalformedIndex::new));
    } catch (IllegalArgumentException e) {
      throw new MalformedIndex(0, "an index that contradicts itself: " + e.getMessage());
    }
  }

  public static TarIndex parse(byte[] bytes) throws IOException {
    return parse(new ByteArrayInputStream(bytes));
  }

  private static TarIndex read(ByteReader in) throws IOException {
    var diffId = Digest.finished(in.raw(32, "a diffID"));
    var bytes = in.varint("bytes of the layer", Long.MAX_VALUE);
    var count = in.count("members", in.left() / 6);
    var members = new ArrayList<TarIndex.Member>(count);
    var name = "";
    var end = 0L;
    for (var i = 0; i < count; i++) {
      name = name.substring(0, in.count("a shared prefix", name.length())) + in.text("a name", LONGEST_NAME);
      var type = (char) in.varint("a type", Character.MAX_VALUE);
      var headerOffset = end + in.varint("a distance", bytes);
      var dataOffset = headerOffset + in.varint("header bytes", bytes);
      var dataBytes = in.varint("content bytes", bytes);
      var content = dataBytes == 0 ? null : content(in);
      var sketch = content == null ? Sketch.NONE : sketch(in);
      members.add(new TarIndex.Member(new TarEntry(name, type, headerOffset, dataOffset, dataBytes), content, sketch));
      end = dataOffset + dataBytes;
    }
    in.end("the index");
    return new TarIndex(diffId, bytes, members);
  }

  private static ContentId content(ByteReader in) throws IOException {
    return new ContentId(in.int64("a content's name"), in.int64("a content's name"));
  }

  private static Sketch sketch(ByteReader in) throws IOException {
    return in.int8("a sketch") == 0
        ? Sketch.NONE
        : new Sketch(in.int64("a sketch"), in.int64("a sketch"), in.int64("a sketch"));
  }
}
