package io.cts.delta.format;

import com.github.luben.zstd.Zstd;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/** Writes a delta: the header, segments in their order, the end. */
public final class DeltaWriter {
  static final byte[] MAGIC = "CTSDELTA".getBytes(StandardCharsets.US_ASCII);
  public static final int VERSION = 1;
  static final int SEGMENT = 'S';
  static final int END = 'E';
  private static final int LEVEL = 19;

  private final OutputStream out;
  private final int bases;
  private long bytes;

  /** Begins with {@code header}. {@code out} stays open. */
  public DeltaWriter(OutputStream out, DeltaHeader header) throws IOException {
    this.out = out;
    this.bases = header.bases().size();
    var encoded = Zstd.compress(header.toBytes(), LEVEL);
    write(
        new ByteWriter().raw(MAGIC).int8(VERSION).varint(header.toBytes().length).varint(encoded.length).raw(encoded));
  }

  public void write(Segment segment) throws IOException {
    var script = segment.script().toBytes(bases);
    var encoded = Zstd.compress(script, LEVEL);
    write(new ByteWriter().int8(SEGMENT)
        .varint(script.length)
        .varint(encoded.length)
        .varint(segment.contentBytes())
        .varint(segment.content().length)
        .varint(segment.differenceBytes())
        .varint(segment.differences().length)
        .raw(encoded)
        .raw(segment.content())
        .raw(segment.differences()));
  }

  /** Nothing follows. */
  public void end() throws IOException {
    write(new ByteWriter().int8(END));
    out.flush();
  }

  /** Of the delta, so far. */
  public long bytes() {
    return bytes;
  }

  private void write(ByteWriter part) throws IOException {
    var crc = new CRC32C();
    crc.update(part.toBytes());
    var whole = part.int32((int) crc.getValue()).toBytes();
    out.write(whole);
    bytes += whole.length;
  }
}
