package io.cts.codec;

import java.io.IOException;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;
import net.jpountz.xxhash.StreamingXXHash32;
import net.jpountz.xxhash.XXHash32;
import net.jpountz.xxhash.XXHashFactory;

/**
 * All frames of an lz4 file (lz4's {@code doc/lz4_Frame_format.md}, version 1.6.3), skippable ones skipped. Blocks that
 * refer to the block before are refused: neither CTS nor the lz4 command writes them unless told to.
 */
final class Lz4Decoder extends Decoder {
  static final int FRAME = 0x184D2204;
  private static final int VERSION = 0b01;
  private static final int STORED = 0x80000000;
  private static final String HEADER = "an lz4 frame header";

  private final EncodedInput input;
  private final LZ4SafeDecompressor decompressor = LZ4Factory.fastestInstance().safeDecompressor();
  private final XXHash32 hash = XXHashFactory.fastestInstance().hash32();
  private final StreamingXXHash32 contentHash = XXHashFactory.fastestInstance().newStreamingHash32(0);
  private byte[] encoded = new byte[0];
  private byte[] plain = new byte[0];
  private int plainPosition;
  private int plainLimit;
  private int maxBlockBytes;
  private boolean blockChecksums;
  private boolean contentChecksum;
  private long contentBytesLeft; // negative: not stated
  private boolean insideFrame;
  private boolean hadFrame;

  Lz4Decoder(EncodedInput input, DecodeBounds bounds) {
    super(input, bounds);
    this.input = input;
  }

  @Override
  int decode(byte[] into, int offset, int length) throws IOException {
    while (plainPosition == plainLimit) {
      if (!insideFrame && !beginFrame()) {
        return -1;
      }
      if (insideFrame) {
        readBlock();
      }
    }
    var count = Math.min(length, plainLimit - plainPosition);
    System.arraycopy(plain, plainPosition, into, offset, count);
    plainPosition += count;
    return count;
  }

  /** False at the end; may leave {@link #insideFrame} false after a skippable frame. */
  private boolean beginFrame() throws IOException {
    if (!input.hasMore()) {
      if (!hadFrame) {
        throw new MalformedLayer(0, "no lz4 frame: there are no bytes");
      }
      return false;
    }
    var at = input.offset();
    var magic = LittleEndian.int32(input.next(4, HEADER), 0);
    if ((magic & SeekTable.SKIPPABLE_MASK) == SeekTable.SKIPPABLE) {
      input.skip(LittleEndian.unsigned32(input.next(4, HEADER), 0), "a skippable frame");
    } else if (magic == FRAME) {
      readDescriptor(at);
      insideFrame = true;
    } else {
      throw new MalformedLayer(at, hadFrame ? "no lz4 frame follows" : "not lz4");
    }
    hadFrame = true;
    return true;
  }

  private void readDescriptor(long at) throws IOException {
    var descriptor = new byte[14];
    input.nextInto(descriptor, 2, HEADER);
    var flags = descriptor[0] & 0xff;
    var blockSize = descriptor[1] >> 4 & 7;
    if (flags >> 6 != VERSION || (flags & 0b10) != 0 || (descriptor[1] & 0b10001111) != 0 || blockSize < 4) {
      throw new MalformedLayer(at, "an lz4 frame header of an unknown kind");
    }
    if ((flags & 0b1) != 0) {
      throw new MalformedLayer(at, "the lz4 frame needs a dictionary");
    }
    if ((flags & 0b100000) == 0) {
      throw new MalformedLayer(at, "the lz4 frame's blocks depend on each other, which is not read (lz4 -BD)");
    }
    var length = 2;
    contentBytesLeft = -1;
    if ((flags & 0b1000) != 0) {
      var size = input.next(8, HEADER);
      System.arraycopy(size, 0, descriptor, 2, 8);
      length += 8;
      contentBytesLeft = LittleEndian.unsigned32(size, 0) | LittleEndian.unsigned32(size, 4) << 32;
    }
    if (input.nextByte(HEADER) != (hash.hash(descriptor, 0, length, 0) >> 8 & 0xff)) {
      throw new MalformedLayer(at, "an lz4 frame header does not match its checksum");
    }
    blockChecksums = (flags & 0b10000) != 0;
    contentChecksum = (flags & 0b100) != 0;
    contentHash.reset();
    maxBlockBytes = 1 << 8 + 2 * blockSize;
  }

  private void readBlock() throws IOException {
    var at = input.offset();
    var header = LittleEndian.int32(input.next(4, "an lz4 frame"), 0);
    if (header == 0) {
      endFrame(at);
      return;
    }
    var size = header & ~STORED;
    if (size > maxBlockBytes) {
      throw new MalformedLayer(at, "an lz4 block larger than its frame allows");
    }
    encoded = atLeast(encoded, size);
    input.nextInto(encoded, size, "an lz4 block");
    if (blockChecksums && LittleEndian.int32(input.next(4, "an lz4 block"), 0) != hash.hash(encoded, 0, size, 0)) {
      throw new MalformedLayer(at, "an lz4 block does not match its checksum");
    }
    plainPosition = 0;
    if ((header & STORED) != 0) {
      var stored = encoded;
      encoded = plain;
      plain = stored;
      plainLimit = size;
    } else {
      plainLimit = decompress(at, size);
    }
    if (contentChecksum) {
      contentHash.update(plain, 0, plainLimit);
    }
    countDown(at);
  }

  private int decompress(long at, int size) throws MalformedLayer {
    plain = atLeast(plain, maxBlockBytes);
    try {
      return decompressor.decompress(encoded, 0, size, plain, 0, maxBlockBytes);
    } catch (LZ4Exception e) {
      throw new MalformedLayer(at, "a broken lz4 block", e);
    }
  }

  private void countDown(long at) throws MalformedLayer {
    if (contentBytesLeft >= 0) {
      contentBytesLeft -= plainLimit;
      if (contentBytesLeft < 0) {
        throw new MalformedLayer(at, "an lz4 frame holds more than it states");
      }
    }
  }

  private void endFrame(long at) throws IOException {
    insideFrame = false;
    if (contentBytesLeft > 0) {
      throw new MalformedLayer(at, "an lz4 frame holds less than it states");
    }
    if (contentChecksum && LittleEndian.int32(input.next(4, "an lz4 frame"), 0) != contentHash.getValue()) {
      throw new MalformedLayer(at, "an lz4 frame's bytes do not match its checksum");
    }
  }

  private static byte[] atLeast(byte[] buffer, int size) {
    return buffer.length >= size ? buffer : new byte[size];
  }

  @Override
  void release() {
    contentHash.close();
  }
}
