package io.cts.delta.tar;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** Fields of a tar header (IEEE 1003.1-2001, "ustar Interchange Format", and GNU tar's). */
final class TarHeader {
  private static final byte[] ZEROS = new byte[512];
  private static final int CHECKSUM = 148;
  private static final int CHECKSUM_END = 156;

  private TarHeader() {}

  static boolean isZero(byte[] block) {
    return Arrays.equals(block, ZEROS);
  }

  /** The sum of all bytes, the checksum's own taken as spaces; some old writers add signed bytes. */
  static boolean checksumIsRight(byte[] block) {
    var stated = number(block, CHECKSUM, CHECKSUM_END - CHECKSUM);
    var unsigned = 0L;
    var signed = 0L;
    for (var i = 0; i < block.length; i++) {
      var value = i >= CHECKSUM && i < CHECKSUM_END ? ' ' : block[i];
      unsigned += value & 0xff;
      signed += value;
    }
    return stated == unsigned || stated == signed;
  }

  static char type(byte[] block) {
    return block[156] == 0 ? '0' : (char) (block[156] & 0xff);
  }

  /** Links, devices, folders and pipes have none, whatever their size field says. */
  static boolean hasContent(char type) {
    return type < '1' || type > '6';
  }

  /** Bytes of content; negative where the field is no number. */
  static long size(byte[] block) {
    return number(block, 124, 12);
  }

  static String name(byte[] block) {
    var name = text(block, 0, 100);
    var isPosix = block[257] == 'u' && block[262] == 0;
    var prefix = isPosix ? text(block, 345, 155) : "";
    return prefix.isEmpty() ? name : prefix + "/" + name;
  }

  /** Up to the first zero. */
  static String text(byte[] bytes, int offset, int length) {
    var end = offset;
    while (end < offset + length && bytes[end] != 0) {
      end++;
    }
    return new String(bytes, offset, end - offset, StandardCharsets.UTF_8);
  }

  /** Octal digits between spaces and zeros, or GNU's big-endian binary marked by the highest bit; else -1. */
  private static long number(byte[] block, int offset, int length) {
    if ((block[offset] & 0x80) != 0) {
      return binary(block, offset, length);
    }
    var value = 0L;
    var digits = text(block, offset, length).strip();
    for (var i = 0; i < digits.length(); i++) {
      var digit = digits.charAt(i) - '0';
      if (digit < 0 || digit > 7 || value > Long.MAX_VALUE >> 4) {
        return -1;
      }
      value = value << 3 | digit;
    }
    return value;
  }

  private static long binary(byte[] block, int offset, int length) {
    var value = block[offset] & 0x7fL;
    for (var i = 1; i < length; i++) {
      if (value > Long.MAX_VALUE >> 9) {
        return -1;
      }
      value = value << 8 | block[offset + i] & 0xff;
    }
    return value;
  }

  static Optional<Long> decimal(String digits) {
    try {
      var value = Long.parseLong(digits);
      return value < 0 ? Optional.empty() : Optional.of(value);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
