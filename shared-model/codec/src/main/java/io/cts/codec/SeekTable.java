package io.cts.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Where the frames of a zstd file are: a skippable frame (RFC 8878, section 3.1.2) at its end, in the layout of zstd's
 * {@code contrib/seekable_format/zstd_seekable_compression_format.md}:
 *
 * <pre>{@code
 * 0x184D2A5E | size of the rest | per frame: encoded size, plain size [, checksum] | frames | descriptor | 0x8F92EAB1
 * }</pre>
 *
 * <p>All numbers are 32-bit little-endian but the descriptor, which is a byte whose highest bit says that checksums are
 * there.
 */
final class SeekTable {
  static final int SKIPPABLE = 0x184D2A50; // RFC 8878, section 3.1.2: the last four bits are free
  static final int SKIPPABLE_MASK = 0xFFFFFFF0;
  private static final int SKIPPABLE_OF_SEEK_TABLES = 0x184D2A5E;
  private static final int SEEKABLE = 0x8F92EAB1;
  static final int FOOTER_BYTES = 9;
  private static final int HEADER_BYTES = 8;
  private static final int MOST_FRAMES = 0x8000000;
  private static final int CHECKSUMS = 0x80;
  private static final int RESERVED = 0x7c;

  private final long[] encodedOffsets; // of each frame, and of the table itself
  private final long[] plainOffsets; // of each frame, and of the end

  private SeekTable(long[] encodedOffsets, long[] plainOffsets) {
    this.encodedOffsets = encodedOffsets;
    this.plainOffsets = plainOffsets;
  }

  long plainBytes() {
    return plainOffsets[frames()];
  }

  int frames() {
    return plainOffsets.length - 1;
  }

  /** The frame that holds the plain byte at {@code offset}, which is less than {@link #plainBytes()}. */
  int frameOf(long offset) {
    var found = Arrays.binarySearch(plainOffsets, offset);
    var frame = found >= 0 ? found : -found - 2;
    while (plainOffsets[frame + 1] == plainOffsets[frame]) {
      frame++; // empty frames begin where the next one does
    }
    return frame;
  }

  long encodedOffset(int frame) {
    return encodedOffsets[frame];
  }

  long plainOffset(int frame) {
    return plainOffsets[frame];
  }

  byte[] toBytes() {
    var frames = frames();
    var bytes = new byte[HEADER_BYTES + 8 * frames + FOOTER_BYTES];
    var table = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    table.putInt(SKIPPABLE_OF_SEEK_TABLES).putInt(bytes.length - HEADER_BYTES);
    for (var i = 0; i < frames; i++) {
      table.putInt((int) (encodedOffsets[i + 1] - encodedOffsets[i]));
      table.putInt((int) (plainOffsets[i + 1] - plainOffsets[i]));
    }
    table.putInt(frames).put((byte) 0).putInt(SEEKABLE);
    return bytes;
  }

  /** The size in bytes of the whole table that ends with {@code footer}. */
  static long sizeFrom(byte[] footer, long fileBytes) throws MalformedLayer {
    if (LittleEndian.int32(footer, 5) != SEEKABLE) {
      throw new MalformedLayer(fileBytes, "no zstd seek table at the end");
    }
    var frames = LittleEndian.unsigned32(footer, 0);
    var descriptor = footer[4] & 0xff;
    if (frames > MOST_FRAMES || (descriptor & RESERVED) != 0) {
      throw new MalformedLayer(fileBytes, "a zstd seek table of an unknown kind");
    }
    var size = HEADER_BYTES + frames * entryBytes(descriptor) + FOOTER_BYTES;
    if (size > fileBytes) {
      throw new MalformedLayer(fileBytes, "the zstd seek table claims to be larger than the file");
    }
    return size;
  }

  private static int entryBytes(int descriptor) {
    return (descriptor & CHECKSUMS) != 0 ? 12 : 8;
  }

  /** Reads a whole table that lies at the end of a file of {@code fileBytes}. */
  static SeekTable parse(byte[] bytes, long fileBytes) throws MalformedLayer {
    var at = fileBytes - bytes.length;
    if (LittleEndian.int32(bytes, 0) != SKIPPABLE_OF_SEEK_TABLES
        || LittleEndian.unsigned32(bytes, 4) != bytes.length - HEADER_BYTES) {
      throw new MalformedLayer(at, "the zstd seek table does not begin where its end says");
    }
    var frames = LittleEndian.int32(bytes, bytes.length - FOOTER_BYTES);
    var entryBytes = entryBytes(bytes[bytes.length - 5] & 0xff);
    var builder = new Builder();
    for (var i = 0; i < frames; i++) {
      var entry = HEADER_BYTES + i * entryBytes;
      builder.add(LittleEndian.unsigned32(bytes, entry), LittleEndian.unsigned32(bytes, entry + 4));
    }
    var table = builder.build();
    if (table.encodedOffset(frames) != at) {
      throw new MalformedLayer(at, "the zstd seek table does not cover the frames before it");
    }
    return table;
  }

  /** Collects frames in their order. */
  static final class Builder {
    private long[] encodedOffsets = new long[64];
    private long[] plainOffsets = new long[64];
    private int frames;

    void add(long encodedBytes, long plainBytes) {
      if (frames + 1 == encodedOffsets.length) {
        encodedOffsets = Arrays.copyOf(encodedOffsets, 2 * encodedOffsets.length);
        plainOffsets = Arrays.copyOf(plainOffsets, 2 * plainOffsets.length);
      }
      encodedOffsets[frames + 1] = encodedOffsets[frames] + encodedBytes;
      plainOffsets[frames + 1] = plainOffsets[frames] + plainBytes;
      frames++;
    }

    boolean isEmpty() {
      return frames == 0;
    }

    SeekTable build() {
      return new SeekTable(Arrays.copyOf(encodedOffsets, frames + 1), Arrays.copyOf(plainOffsets, frames + 1));
    }
  }
}
