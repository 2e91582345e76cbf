package io.cts.codec;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The plain bytes of a zstd file with a seek table, from any offset: on the way there at most one frame is decoded in
 * vain. Keeps the table in memory (16 bytes a frame) and no file open. Thread-safe.
 */
public final class SeekableZstd {
  /** A file's bytes, wherever they are kept: a path, a stored blob. */
  @FunctionalInterface
  public interface Source {
    /** The bytes from {@code offset} to the end, to be closed by the caller. */
    InputStream from(long offset) throws IOException;
  }

  private final Source source;
  private final SeekTable table;

  private SeekableZstd(Source source, SeekTable table) {
    this.source = source;
    this.table = table;
  }

  /** Whether the file ends in a seek table that agrees with it. */
  public static boolean isOne(Path file) throws IOException {
    try {
      of(file);
      return true;
    } catch (MalformedLayer e) {
      return false;
    }
  }

  /** @throws MalformedLayer if the file has no seek table, or one that contradicts it */
  public static SeekableZstd of(Path file) throws IOException {
    return of(Files.size(file), offset -> {
      var channel = FileChannel.open(file, StandardOpenOption.READ);
      return Channels.newInputStream(channel.position(offset));
    });
  }

  /**
   * The same, of a file that its owner holds open: it may lose its name meanwhile.
   *
   * @throws MalformedLayer as above
   */
  public static SeekableZstd of(FileChannel file) throws IOException {
    return of(file.size(), offset -> new ChannelInput(file, offset));
  }

  /** Reads by position, so that several may read one channel; closing it does not close that. */
  private static final class ChannelInput extends InputStream {
    private final FileChannel file;
    private long position;

    ChannelInput(FileChannel file, long position) {
      this.file = file;
      this.position = position;
    }

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      var count = file.read(ByteBuffer.wrap(into, offset, length), position);
      position += Math.max(count, 0);
      return count;
    }
  }

  /**
   * @param fileBytes the file's size
   * @throws MalformedLayer if the file has no seek table, or one that contradicts it
   */
  public static SeekableZstd of(long fileBytes, Source source) throws IOException {
    if (fileBytes < SeekTable.FOOTER_BYTES) {
      throw new MalformedLayer(fileBytes, "too short for a zstd seek table");
    }
    var footer = tail(source, fileBytes, SeekTable.FOOTER_BYTES);
    var tableBytes = Math.toIntExact(SeekTable.sizeFrom(footer, fileBytes));
    return new SeekableZstd(source, SeekTable.parse(tail(source, fileBytes, tableBytes), fileBytes));
  }

  private static byte[] tail(Source source, long fileBytes, int count) throws IOException {
    try (var in = source.from(fileBytes - count)) {
      var bytes = in.readNBytes(count);
      if (bytes.length < count) {
        throw new MalformedLayer(fileBytes - count + bytes.length, "the file is shorter than " + fileBytes + " bytes");
      }
      return bytes;
    }
  }

  /** Bytes of the plain content, as the table says. */
  public long plainBytes() {
    return table.plainBytes();
  }

  /** Where the frame begins that holds the plain byte {@code offset}: reading from there decodes all before it, too. */
  public long frameBegin(long offset) {
    return offset == plainBytes() ? offset : table.plainOffset(table.frameOf(offset));
  }

  int frames() {
    return table.frames();
  }

  /**
   * The plain bytes from {@code offset} to the end, to be closed by the caller. Reading throws {@link MalformedLayer}
   * where the frames are broken or do not hold what the table says.
   *
   * @throws IndexOutOfBoundsException if {@code offset} is negative or past the end
   */
  public InputStream from(long offset) throws IOException {
    if (offset < 0 || offset > plainBytes()) {
      throw new IndexOutOfBoundsException("offset " + offset + " of " + plainBytes() + " plain bytes");
    }
    if (offset == plainBytes()) {
      return InputStream.nullInputStream();
    }
    var frame = table.frameOf(offset);
    var plainBytesFromFrame = plainBytes() - table.plainOffset(frame);
    var plain = new ZstdCodec().decoder(source.from(table.encodedOffset(frame)),
        DecodeBounds.plainSize(plainBytesFromFrame));
    try {
      plain.skipNBytes(offset - table.plainOffset(frame));
      return plain;
    } catch (IOException | RuntimeException e) {
      plain.close();
      throw e;
    }
  }
}
