package io.cts.oci;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes small tars, in each of the dialects. */
final class TarBytes {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  TarBytes file(String path, byte[] content) {
    return entry('0', path, "", content);
  }

  TarBytes symlink(String path, String target) {
    return entry('2', path, target, new byte[0]);
  }

  /** As GNU tar writes names of more than 100 bytes. */
  TarBytes gnuLong(String path, byte[] content) {
    return entry('L', "././@LongLink", "", (path + "\0").getBytes(StandardCharsets.UTF_8))
        .entry('0', path.substring(0, 100), "", content);
  }

  /** As bsdtar and Go write them. */
  TarBytes pax(String path, byte[] content) {
    var body = " path=" + path + "\n";
    var length = body.length() + 2;
    while ((length + body).length() != length) {
      length = (length + body).length();
    }
    return entry('x', "PaxHeaders/x", "", (length + body).getBytes(StandardCharsets.UTF_8)).entry('0', "short", "",
        content);
  }

  private TarBytes entry(char type, String path, String target, byte[] content) {
    var header = new byte[512];
    put(header, 0, path);
    put(header, 100, "0000644");
    put(header, 124, String.format("%011o", content.length));
    put(header, 136, "00000000000");
    put(header, 148, "        ");
    header[156] = (byte) type;
    put(header, 157, target);
    put(header, 257, "ustar");
    var sum = 0;
    for (var b : header) {
      sum += b & 0xff;
    }
    put(header, 148, String.format("%06o\0", sum));
    out.writeBytes(header);
    out.writeBytes(content);
    out.writeBytes(new byte[(512 - content.length % 512) % 512]);
    return this;
  }

  private static void put(byte[] header, int at, String text) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    System.arraycopy(bytes, 0, header, at, bytes.length);
  }

  byte[] bytes() {
    var end = new ByteArrayOutputStream();
    end.writeBytes(out.toByteArray());
    end.writeBytes(new byte[1024]);
    return end.toByteArray();
  }
}
