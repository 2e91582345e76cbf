package io.cts.oci;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the files of a tar lie within it: found in one pass over the headers, without reading what lies between
 * (POSIX.1-2017, pax, "ustar Interchange Format" and "pax Interchange Format"; GNU tar's long names).
 */
final class TarIndex {
  private static final int BLOCK = 512;
  private static final int MOST_ENTRIES = 200_000;
  private static final int LONGEST_EXTENSION = 1 << 20;

  private final Path file;
  private final Map<String, FileSlice> files = new HashMap<>();
  private final Map<String, String> links = new HashMap<>();

  private TarIndex(Path file) {
    this.file = file;
  }

  /** @throws IOException naming the offset where {@code file} is no tar */
  static TarIndex of(Path file) throws IOException {
    var index = new TarIndex(file);
    try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
      index.scan(channel);
    }
    return index;
  }

  /** The file of that path, through links; null where there is none. */
  @Nullable
  FileSlice file(String path) {
    var wanted = normalized(path);
    for (var hops = 0; hops < 8; hops++) {
      var found = files.get(wanted);
      if (found != null) {
        return found;
      }
      var target = links.get(wanted);
      if (target == null) {
        return null;
      }
      wanted = target;
    }
    return null;
  }

  private void scan(FileChannel channel) throws IOException {
    var header = ByteBuffer.allocate(BLOCK);
    var extended = new HashMap<String, String>();
    var offset = 0L;
    for (var entries = 0; fill(channel, header, offset) && !isEnd(header.array()); entries++) {
      if (entries > MOST_ENTRIES) {
        throw new IOException("more than " + MOST_ENTRIES + " entries");
      }
      var block = header.array();
      checkSum(block, offset);
      var pathText = extended.get("path");
      var path = pathText != null ? pathText : path(block);
      var sizeText = extended.get("size");
      var size = sizeText != null ? number(sizeText, offset) : number(block, 124, 12, offset);
      var start = offset + BLOCK;
      if (size > channel.size() - start) {
        throw new IOException("the entry at byte " + offset + " is cut short");
      }
      switch (block[156]) {
        case 'x' -> extended.putAll(pax(extension(channel, start, size), offset));
        case 'L' -> extended.put("path", untilZero(extension(channel, start, size)));
        case 'K' -> extended.put("linkpath", untilZero(extension(channel, start, size)));
        case 'g' -> {
        }
        default -> {
          enter(block, path, extended.getOrDefault("linkpath", text(block, 157, 100)),
              new FileSlice(file, start, size));
          extended.clear();
        }
      }
      offset = start + (size + BLOCK - 1) / BLOCK * BLOCK;
    }
  }

  private void enter(byte[] block, String path, String target, FileSlice slice) {
    switch (block[156]) {
      case 0, '0', '7' -> files.put(normalized(path), slice);
      case '1' -> links.put(normalized(path), normalized(target));
      case '2' -> links.put(normalized(path), normalized(parent(path) + target));
      default -> {
      }
    }
  }

  private static String parent(String path) {
    return path.substring(0, path.lastIndexOf('/') + 1);
  }

  private static String normalized(String path) {
    return Path.of("/", path).normalize().toString();
  }

  private static boolean fill(FileChannel channel, ByteBuffer buffer, long offset) throws IOException {
    buffer.clear();
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, offset + buffer.position()) < 0) {
        if (buffer.position() > 0) {
          throw new IOException("the header at byte " + offset + " is cut short");
        }
        return false;
      }
    }
    return true;
  }

  private static boolean isEnd(byte[] block) {
    for (var b : block) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  private static void checkSum(byte[] block, long offset) throws IOException {
    var sum = 0L;
    for (var i = 0; i < BLOCK; i++) {
      sum += i >= 148 && i < 156 ? ' ' : block[i] & 0xff;
    }
    if (sum != number(block, 148, 8, offset)) {
      throw new IOException("there is no tar header at byte " + offset);
    }
  }

  private static byte[] extension(FileChannel channel, long start, long size) throws IOException {
    if (size > LONGEST_EXTENSION) {
      throw new IOException("the extended header at byte " + start + " is longer than " + LONGEST_EXTENSION);
    }
    var bytes = ByteBuffer.allocate((int) size);
    fill(channel, bytes, start);
    return bytes.array();
  }

  /** Records of the form {@code "27 path=some/file\n"}: length, space, key, equals sign, value, newline. */
  private static Map<String, String> pax(byte[] bytes, long offset) throws IOException {
    var records = new HashMap<String, String>();
    var at = 0;
    while (at < bytes.length && bytes[at] != 0) {
      var space = at;
      while (space < bytes.length && bytes[space] != ' ') {
        space++;
      }
      var length = number(new String(bytes, at, space - at, StandardCharsets.US_ASCII), offset);
      if (length <= space - at + 1 || length > bytes.length - at) {
        throw new IOException("the extended header at byte " + offset + " is malformed");
      }
      var record = new String(bytes, space + 1, (int) length - (space - at) - 2, StandardCharsets.UTF_8);
      var equals = record.indexOf('=');
      if (equals > 0) {
        records.put(record.substring(0, equals), record.substring(equals + 1));
      }
      at += (int) length;
    }
    return records;
  }

  private static String path(byte[] block) {
    var name = text(block, 0, 100);
    var isUstar = text(block, 257, 5).equals("ustar") && block[262] == 0;
    var prefix = isUstar ? text(block, 345, 155) : "";
    return prefix.isEmpty() ? name : prefix + "/" + name;
  }

  private static String text(byte[] block, int from, int length) {
    return untilZero(Arrays.copyOfRange(block, from, from + length));
  }

  private static String untilZero(byte[] bytes) {
    var end = 0;
    while (end < bytes.length && bytes[end] != 0) {
      end++;
    }
    return new String(bytes, 0, end, StandardCharsets.UTF_8);
  }

  /** Octal digits, or GNU's big-endian binary where the first bit is set. */
  private static long number(byte[] block, int from, int length, long offset) throws IOException {
    if ((block[from] & 0x80) != 0) {
      var value = (long) (block[from] & 0x7f);
      for (var i = from + 1; i < from + length; i++) {
        value = value << 8 | block[i] & 0xff;
      }
      if (value < 0) {
        throw new IOException("the size at byte " + offset + " is too large");
      }
      return value;
    }
    var digits = text(block, from, length).strip();
    try {
      return digits.isEmpty() ? 0 : Long.parseUnsignedLong(digits, 8);
    } catch (NumberFormatException e) {
      throw new IOException("there is no tar header at byte " + offset, e);
    }
  }

  private static long number(String decimal, long offset) throws IOException {
    try {
      var value = Long.parseLong(decimal);
      if (value >= 0) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw new IOException("the extended header at byte " + offset + " is malformed", e);
    }
    throw new IOException("the extended header at byte " + offset + " has a negative number");
  }
}
