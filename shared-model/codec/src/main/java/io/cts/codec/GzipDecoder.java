package io.cts.codec;

import java.io.IOException;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * All members of a gzip file (RFC 1952), one after another. The JDK's own stream asks {@code available()} whether
 * another member follows, and so ends early on a slow source; this one does not. Zeros after the last member are padding,
 * as for the gzip command.
 */
final class GzipDecoder extends Decoder {
  static final int DEFLATE = 8;
  // RFC 1952, section 2.3.1: flags
  private static final int HEADER_CRC = 1 << 1;
  private static final int EXTRA = 1 << 2;
  private static final int NAME = 1 << 3;
  private static final int COMMENT = 1 << 4;
  private static final int RESERVED = 0xe0;
  private static final String HEADER = "a gzip header";

  private final EncodedInput input;
  private final Inflater inflater = new Inflater(true);
  private final CRC32 crc = new CRC32();
  private boolean insideMember;
  private boolean hadMember;

  GzipDecoder(EncodedInput input, DecodeBounds bounds) {
    super(input, bounds);
    this.input = input;
  }

  @Override
  int decode(byte[] into, int offset, int length) throws IOException {
    while (insideMember || beginMember()) {
      var count = inflate(into, offset, length);
      if (inflater.finished()) {
        endMember();
      }
      if (count > 0) {
        return count;
      }
    }
    return -1;
  }

  private int inflate(byte[] into, int offset, int length) throws IOException {
    if (inflater.needsInput()) {
      if (!input.hasMore()) {
        throw input.endsInside("deflate data");
      }
      inflater.setInput(input.buffer, input.position, input.limit - input.position);
    }
    try {
      var count = inflater.inflate(into, offset, length);
      input.position = input.limit - inflater.getRemaining();
      crc.update(into, offset, count);
      if (count == 0 && inflater.needsDictionary()) {
        throw new MalformedLayer(input.offset(), "the deflate data needs a dictionary");
      }
      return count;
    } catch (DataFormatException e) {
      input.position = input.limit - inflater.getRemaining();
      throw new MalformedLayer(input.offset(), "broken deflate data: " + e.getMessage(), e);
    }
  }

  private boolean beginMember() throws IOException {
    if (!input.hasMore()) {
      if (!hadMember) {
        throw new MalformedLayer(0, "no gzip member: there are no bytes");
      }
      return false;
    }
    if (hadMember && input.buffer[input.position] == 0 && input.onlyZerosLeft()) {
      return false;
    }
    readHeader();
    inflater.reset();
    crc.reset();
    insideMember = true;
    hadMember = true;
    return true;
  }

  private void readHeader() throws IOException {
    var at = input.offset();
    if (input.nextByte(HEADER) != 0x1f || input.nextByte(HEADER) != 0x8b) {
      throw new MalformedLayer(at, hadMember ? "neither a gzip member nor padding follows" : "not gzip");
    }
    if (input.nextByte(HEADER) != DEFLATE) {
      throw new MalformedLayer(at, "a gzip member with a method other than deflate");
    }
    var flags = input.nextByte(HEADER);
    if ((flags & RESERVED) != 0) {
      throw new MalformedLayer(at, "a gzip member with reserved flags");
    }
    input.skip(6, HEADER); // time, extra flags, operating system
    if ((flags & EXTRA) != 0) {
      input.skip(LittleEndian.int16(input.next(2, HEADER), 0), HEADER);
    }
    if ((flags & NAME) != 0) {
      skipText();
    }
    if ((flags & COMMENT) != 0) {
      skipText();
    }
    if ((flags & HEADER_CRC) != 0) {
      input.skip(2, HEADER);
    }
  }

  private void skipText() throws IOException {
    while (input.nextByte(HEADER) != 0) {
      // up to the terminating zero
    }
  }

  private void endMember() throws IOException {
    insideMember = false;
    var at = input.offset();
    var trailer = input.next(8, "a gzip trailer");
    if (LittleEndian.unsigned32(trailer, 0) != crc.getValue()) {
      throw new MalformedLayer(at, "a gzip member's bytes do not match its CRC");
    }
    if (LittleEndian.unsigned32(trailer, 4) != (inflater.getBytesWritten() & 0xffffffffL)) {
      throw new MalformedLayer(at, "a gzip member's size does not match its trailer");
    }
  }

  @Override
  void release() {
    inflater.end();
  }
}
