package io.cts.delta.format;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import io.cts.delta.MalformedDelta;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Reads a delta, a segment at a time. Nothing is believed before its checksum was right, and no more memory is taken than
 * the format allows.
 */
public final class DeltaReader {
  private static final int BUFFER_BYTES = 64 << 10;

  private final InputStream in;
  private final CRC32C crc = new CRC32C();
  private final DeltaHeader header;
  private long offset;

  /**
   * Reads the header.
   *
   * @param in stays open
   * @throws MalformedDelta if there is none
   */
  public DeltaReader(InputStream in) throws IOException {
    this.in = new BufferedInputStream(in, BUFFER_BYTES);
    if (!Arrays.equals(raw(DeltaWriter.MAGIC.length, "the first bytes"), DeltaWriter.MAGIC)) {
      throw new MalformedDelta(0, "this is no delta");
    }
    var version = int8("the version");
    if (version != DeltaWriter.VERSION) {
      throw new MalformedDelta(offset, "version " + version + " is unknown here");
    }
    var plainBytes = count("the header's bytes", DeltaHeader.largest());
    var encodedBytes = count("the header's encoded bytes", DeltaHeader.largest());
    var at = offset;
    var encoded = raw(encodedBytes, "the header");
    checkCrc();
    header = DeltaHeader.parse(decoded(encoded, plainBytes, at, "the header"), at);
  }

  public DeltaHeader header() {
    return header;
  }

  /** Offset of the next byte that is read. */
  public long offset() {
    return offset;
  }

  /**
   * The next segment, or none at the end.
   *
   * @throws MalformedDelta where neither is, or something follows the end
   */
  public Optional<Segment> next() throws IOException {
    var kind = int8("a segment");
    if (kind == DeltaWriter.END) {
      checkCrc();
      if (in.read() >= 0) {
        throw new MalformedDelta(offset, "bytes follow the end");
      }
      return Optional.empty();
    }
    if (kind != DeltaWriter.SEGMENT) {
      throw new MalformedDelta(offset, "neither a segment nor the end");
    }
    return Optional.of(segment());
  }

  private Segment segment() throws IOException {
    var scriptBytes = count("bytes of a script", Limits.INSTRUCTION_BYTES);
    var scriptEncoded = count("encoded bytes of a script", Limits.INSTRUCTION_BYTES);
    var contentBytes = count("bytes of content", header.needs().contentBytes());
    var contentEncoded = count("encoded bytes of content", encodedBound(contentBytes));
    var differenceBytes = count("bytes of differences", header.needs().contentBytes() - contentBytes);
    var differenceEncoded = count("encoded bytes of differences", encodedBound(differenceBytes));
    var at = offset;
    var script = raw(scriptEncoded, "a script");
    var content = raw(contentEncoded, "content");
    var differences = raw(differenceEncoded, "differences");
    checkCrc();
    return new Segment(Script.parse(decoded(script, scriptBytes, at, "a script"), at, header), content, contentBytes,
        differences, differenceBytes);
  }

  private static int encodedBound(int bytes) {
    return (int) Zstd.compressBound(bytes);
  }

  private static byte[] decoded(byte[] encoded, int bytes, long at, String what) throws MalformedDelta {
    try {
      var plain = new byte[bytes];
      if (Zstd.decompress(plain, encoded) == bytes) {
        return plain;
      }
    } catch (ZstdException e) {
      throw new MalformedDelta(at, what + " cannot be decoded", e);
    }
    throw new MalformedDelta(at, what + " decodes to fewer bytes than stated");
  }

  private void checkCrc() throws IOException {
    var expected = (int) crc.getValue();
    var stated = new ByteReader(raw(Integer.BYTES, "a checksum"), offset, MalformedDelta::new).int32("a checksum");
    crc.reset();
    if (stated != expected) {
      throw new MalformedDelta(offset, "the bytes do not match their checksum");
    }
  }

  private int count(String what, int most) throws IOException {
    var value = 0L;
    for (var shift = 0; shift < 63; shift += 7) {
      var next = int8(what);
      value |= (long) (next & 0x7f) << shift;
      if (next < 0x80) {
        if (value > most) {
          throw new MalformedDelta(offset, what + ": " + value + ", where " + most + " is the most");
        }
        return (int) value;
      }
    }
    throw new MalformedDelta(offset, what + ": a number without an end");
  }

  private int int8(String what) throws IOException {
    var value = in.read();
    if (value < 0) {
      throw new MalformedDelta(offset, "it ends inside " + what);
    }
    offset++;
    crc.update(value);
    return value;
  }

  private byte[] raw(int count, String what) throws IOException {
    var bytes = in.readNBytes(count);
    offset += bytes.length;
    if (bytes.length < count) {
      throw new MalformedDelta(offset, "it ends inside " + what);
    }
    crc.update(bytes);
    return bytes;
  }
}
