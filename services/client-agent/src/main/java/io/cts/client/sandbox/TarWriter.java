package io.cts.client.sandbox;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes files of a tar in the ustar format (POSIX.1-2017, pax), without owner or time, so always the same. */
public final class TarWriter {
  private static final int BLOCK = 512;
  private static final int LONGEST_NAME = 100;
  private static final int LONGEST_PREFIX = 155;
  private static final long LARGEST_OCTAL = (1L << 33) - 1;

  private final OutputStream out;

  public TarWriter(OutputStream out) {
    this.out = out;
  }

  /** Whether ustar can hold a path. */
  public static boolean takes(String path) {
    return path.length() <= LONGEST_NAME || slash(path) > 0;
  }

  /** Where a long path is cut into prefix and name; -1 where it cannot be. */
  private static int slash(String path) {
    var slash = path.indexOf('/', Math.max(0, path.length() - LONGEST_NAME - 1));
    return slash > 0 && slash <= LONGEST_PREFIX && slash < path.length() - 1 ? slash : -1;
  }

  public void file(String path, Path content) throws IOException {
    var size = Files.size(content);
    out.write(header(path, size, Files.isExecutable(content) ? "0000755" : "0000644"));
    var copied = Files.copy(content, out);
    if (copied != size) {
      throw new IOException(content + " changed while it was read");
    }
    pad(size);
  }

  public void file(String path, byte[] content) throws IOException {
    out.write(header(path, content.length, "0000644"));
    out.write(content);
    pad(content.length);
  }

  private void pad(long size) throws IOException {
    out.write(new byte[(int) ((BLOCK - size % BLOCK) % BLOCK)]);
  }

  private static byte[] header(String path, long size, String mode) {
    var header = new byte[BLOCK];
    var slash = path.length() <= LONGEST_NAME ? -1 : slash(path);
    put(header, 0, path.substring(slash + 1));
    put(header, 100, mode);
    put(header, 108, "0000000");
    put(header, 116, "0000000");
    putSize(header, size);
    put(header, 136, "00000000000");
    put(header, 148, "        "); // the checksum counts itself as spaces
    header[156] = '0';
    put(header, 257, "ustar\0" + "00");
    put(header, 345, slash < 0 ? "" : path.substring(0, slash));
    var sum = 0;
    for (var b : header) {
      sum += b & 0xff;
    }
    put(header, 148, "%06o\0 ".formatted(sum));
    return header;
  }

  /** In octal; what is too large for that in binary, as GNU tar and all that came after it read it. */
  private static void putSize(byte[] header, long size) {
    if (size <= LARGEST_OCTAL) {
      put(header, 124, "%011o".formatted(size));
      return;
    }
    header[124] = (byte) 0x80;
    for (var i = 0; i < Long.BYTES; i++) {
      header[124 + 11 - i] = (byte) (size >>> 8 * i);
    }
  }

  private static void put(byte[] header, int at, String text) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    System.arraycopy(bytes, 0, header, at, bytes.length);
  }

  /** Two blocks of zeros. */
  public void end() throws IOException {
    out.write(new byte[2 * BLOCK]);
  }
}
