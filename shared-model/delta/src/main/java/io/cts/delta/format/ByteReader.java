package io.cts.delta.format;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads what {@link ByteWriter} wrote; whatever is not so is complained of with its offset. */
public final class ByteReader {
  /** Makes the exception that the owner of the bytes throws. */
  @FunctionalInterface
  public interface Complaint {
    IOException at(long offset, String why);
  }

  private final byte[] bytes;
  private final long offsetOfBytes;
  private final Complaint complaint;
  private int position;

  /** @param offsetOfBytes where they come from, for what is complained of */
  public ByteReader(byte[] bytes, long offsetOfBytes, Complaint complaint) {
    this.bytes = bytes;
    this.offsetOfBytes = offsetOfBytes;
    this.complaint = complaint;
  }

  public int left() {
    return bytes.length - position;
  }

  public IOException malformed(String why) {
    return complaint.at(offsetOfBytes + position, why);
  }

  public int int8(String what) throws IOException {
    need(1, what);
    return bytes[position++] & 0xff;
  }

  public int int32(String what) throws IOException {
    need(4, what);
    var value = 0;
    for (var shift = 0; shift < 32; shift += 8) {
      value |= (bytes[position++] & 0xff) << shift;
    }
    return value;
  }

  public long int64(String what) throws IOException {
    return Integer.toUnsignedLong(int32(what)) | (long) int32(what) << 32;
  }

  public long varint(String what) throws IOException {
    var value = 0L;
    for (var shift = 0; shift < 64; shift += 7) {
      var next = int8(what);
      value |= (long) (next & 0x7f) << shift;
      if (next < 0x80) {
        return value;
      }
    }
    throw malformed("a number without an end in " + what);
  }

  public long signed(String what) throws IOException {
    var value = varint(what);
    return value >>> 1 ^ -(value & 1);
  }

  /** A varint from 0 to {@code most}. */
  public long varint(String what, long most) throws IOException {
    var value = varint(what);
    if (value < 0 || value > most) {
      throw malformed(what + " of " + Long.toUnsignedString(value) + ", where " + most + " is the most");
    }
    return value;
  }

  public int count(String what, int most) throws IOException {
    return (int) varint(what, most);
  }

  public byte[] raw(int count, String what) throws IOException {
    need(count, what);
    position += count;
    return Arrays.copyOfRange(bytes, position - count, position);
  }

  public String text(String what, int most) throws IOException {
    return new String(raw(count(what, most), what), StandardCharsets.UTF_8);
  }

  public void end(String what) throws IOException {
    if (left() > 0) {
      throw malformed(left() + " bytes too many in " + what);
    }
  }

  private void need(int count, String what) throws IOException {
    if (left() < count) {
      throw malformed("the bytes end inside " + what);
    }
  }
}
