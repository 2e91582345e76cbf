package io.cts.delta.tar;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes tars for tests, odd ones too. */
public final class TarWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  public TarWriter file(String name, byte[] content) {
    return member(name, '0', content.length, content);
  }

  public TarWriter file(String name, String content) {
    return file(name, content.getBytes(StandardCharsets.UTF_8));
  }

  /** A member whose header states {@code size} whatever follows. */
  public TarWriter member(String name, char type, long size, byte[] content) {
    return raw(header(name, type, size)).padded(content);
  }

  public TarWriter pax(String... records) {
    var text = new StringBuilder();
    for (var record : records) {
      var length = record.length() + 2;
      length += Integer.toString(length + Integer.toString(length).length()).length();
      text.append(length).append(' ').append(record).append('\n');
    }
    var bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    return member("PaxHeaders/x", 'x', bytes.length, bytes);
  }

  public TarWriter gnuLongName(String name) {
    var bytes = (name + "\0").getBytes(StandardCharsets.UTF_8);
    return member("././@LongLink", 'L', bytes.length, bytes);
  }

  public TarWriter raw(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  public byte[] end() {
    raw(new byte[1024]);
    return unfinished();
  }

  public byte[] unfinished() {
    return out.toByteArray();
  }

  private TarWriter padded(byte[] content) {
    return raw(content).raw(new byte[-content.length & 511]);
  }

  public static byte[] header(String name, char type, long size) {
    var block = new byte[512];
    put(block, 0, name);
    put(block, 100, "0000644");
    put(block, 124, String.format("%011o", size));
    put(block, 136, "00000000000");
    block[156] = (byte) type;
    put(block, 257, "ustar\00000");
    return checksummed(block);
  }

  public static byte[] checksummed(byte[] block) {
    Arrays.fill(block, 148, 156, (byte) ' ');
    var sum = 0;
    for (var value : block) {
      sum += value & 0xff;
    }
    put(block, 148, String.format("%06o\0 ", sum));
    return block;
  }

  public static void put(byte[] block, int offset, String text) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    System.arraycopy(bytes, 0, block, offset, bytes.length);
  }
}
