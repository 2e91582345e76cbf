package io.cts.delta.encode;

import io.cts.delta.LayerBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What lies where in a zip file (PKWARE's APPNOTE.TXT 6.3.10), such as a jar. One that is larger than four gigabytes, split,
 * encrypted or ends in a comment is not read.
 *
 * @param entries in the order in which they lie
 */
record ZipDirectory(List<Entry> entries) {
  /** Section 4.3.7. */
  private static final int LOCAL_HEADER = 0x04034b50;
  private static final int LOCAL_HEADER_BYTES = 30;
  /** Section 4.3.12. */
  private static final int DIRECTORY_HEADER = 0x02014b50;
  private static final int DIRECTORY_HEADER_BYTES = 46;
  /** Section 4.3.16. */
  private static final int END_OF_DIRECTORY = 0x06054b50;
  private static final int END_OF_DIRECTORY_BYTES = 22;
  private static final int LARGEST_DIRECTORY = 4 << 20;
  /** Section 4.4.5. */
  private static final int DEFLATED = 8;

  /**
   * An entry with content.
   *
   * @param gapStart where the content before it ends: from there to its own are headers
   * @param at of the layer, where its content begins
   * @param bytes of its content as it lies there
   * @param plainBytes of its content, unpacked
   */
  record Entry(String name, long gapStart, long at, long bytes, int plainBytes, boolean isDeflated) {
    long end() {
      return at + bytes;
    }
  }

  /** The zip file that these bytes of the layer are, if they are one. */
  static Optional<ZipDirectory> read(LayerBytes layer, long from, long bytes) throws IOException {
    if (bytes < LOCAL_HEADER_BYTES + END_OF_DIRECTORY_BYTES || bytes(layer, from, 4).getInt() != LOCAL_HEADER) {
      return Optional.empty();
    }
    var end = bytes(layer, from + bytes - END_OF_DIRECTORY_BYTES, END_OF_DIRECTORY_BYTES);
    var directoryBytes = Integer.toUnsignedLong(end.getInt(12));
    var directoryAt = Integer.toUnsignedLong(end.getInt(16));
    if (end.getInt(0) != END_OF_DIRECTORY || directoryBytes > LARGEST_DIRECTORY
        || directoryAt + directoryBytes != bytes - END_OF_DIRECTORY_BYTES) {
      return Optional.empty();
    }
    var directory = bytes(layer, from + directoryAt, (int) directoryBytes);
    var listed = listed(directory);
    return listed.isEmpty() ? Optional.empty() : placed(listed.get(), layer, from, from + directoryAt);
  }

  private record Listed(String name, long headerAt, long bytes, long plainBytes, boolean isDeflated) {}

  private static Optional<List<Listed>> listed(ByteBuffer directory) {
    var listed = new ArrayList<Listed>();
    while (directory.remaining() >= DIRECTORY_HEADER_BYTES) {
      var at = directory.position();
      var nameBytes = Short.toUnsignedInt(directory.getShort(at + 28));
      var next = at + DIRECTORY_HEADER_BYTES + nameBytes + Short.toUnsignedInt(directory.getShort(at + 30))
          + Short.toUnsignedInt(directory.getShort(at + 32));
      if (directory.getInt(at) != DIRECTORY_HEADER || next > directory.limit()) {
        return Optional.empty();
      }
      var name = new byte[nameBytes];
      directory.get(at + DIRECTORY_HEADER_BYTES, name);
      listed.add(new Listed(new String(name, StandardCharsets.UTF_8), Integer.toUnsignedLong(directory.getInt(at + 42)),
          Integer.toUnsignedLong(directory.getInt(at + 20)), Integer.toUnsignedLong(directory.getInt(at + 24)),
          directory.getShort(at + 10) == DEFLATED));
      directory.position(next);
    }
    return directory.hasRemaining() ? Optional.empty() : Optional.of(listed);
  }

  private static Optional<ZipDirectory> placed(List<Listed> listed, LayerBytes layer, long from, long end)
      throws IOException {
    var entries = new ArrayList<Entry>();
    var gapStart = from;
    for (var entry : listed.stream().sorted(Comparator.comparingLong(Listed::headerAt)).toList()) {
      var headerAt = from + entry.headerAt;
      if (headerAt < gapStart || headerAt + LOCAL_HEADER_BYTES > end) {
        return Optional.empty();
      }
      var header = bytes(layer, headerAt, LOCAL_HEADER_BYTES);
      var at = headerAt + LOCAL_HEADER_BYTES + Short.toUnsignedInt(header.getShort(26))
          + Short.toUnsignedInt(header.getShort(28));
      if (header.getInt(0) != LOCAL_HEADER || at + entry.bytes > end || entry.plainBytes > Integer.MAX_VALUE) {
        return Optional.empty();
      }
      if (entry.bytes > 0) {
        entries.add(new Entry(entry.name, gapStart, at, entry.bytes, (int) entry.plainBytes, entry.isDeflated));
        gapStart = at + entry.bytes;
      }
    }
    return entries.isEmpty() ? Optional.empty() : Optional.of(new ZipDirectory(List.copyOf(entries)));
  }

  private static ByteBuffer bytes(LayerBytes layer, long from, int length) throws IOException {
    var bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    layer.read(from, bytes);
    return bytes.flip();
  }
}
