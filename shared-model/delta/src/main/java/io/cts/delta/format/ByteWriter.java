package io.cts.delta.format;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes that grow: numbers as base-128 varints, low groups first. */
public final class ByteWriter {
  private byte[] bytes = new byte[256];
  private int size;

  public int size() {
    return size;
  }

  public byte[] toBytes() {
    return Arrays.copyOf(bytes, size);
  }

  public ByteWriter int8(int value) {
    room(1);
    bytes[size++] = (byte) value;
    return this;
  }

  /** Four bytes, lowest first. */
  public ByteWriter int32(int value) {
    for (var shift = 0; shift < 32; shift += 8) {
      int8(value >>> shift);
    }
    return this;
  }

  public ByteWriter int64(long value) {
    return int32((int) value).int32((int) (value >>> 32));
  }

  /** Seven bits a byte; small numbers are short. */
  public ByteWriter varint(long value) {
    room(10);
    var rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
    return this;
  }

  /** A varint for numbers that are small in either direction. */
  public ByteWriter signed(long value) {
    return varint(value << 1 ^ value >> 63);
  }

  public ByteWriter raw(byte[] from) {
    return raw(from, 0, from.length);
  }

  public ByteWriter raw(byte[] from, int offset, int length) {
    room(length);
    System.arraycopy(from, offset, bytes, size, length);
    size += length;
    return this;
  }

  public ByteWriter raw(ByteWriter other) {
    return raw(other.bytes, 0, other.size);
  }

  /** Its length in bytes, then UTF-8. */
  public ByteWriter text(String text) {
    var utf8 = text.getBytes(StandardCharsets.UTF_8);
    return varint(utf8.length).raw(utf8);
  }

  private void room(int count) {
    if (size + count > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, Math.addExact(size, count)));
    }
  }
}
