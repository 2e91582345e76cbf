package io.cts.blobs;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/**
 * The MD5 of each part of what is uploaded, taken while it is written. S3 refuses a part whose bytes do not hash to it
 * ({@code Content-MD5}), and names an object after them ({@code ETag}) where it does not encrypt with keys of its own.
 */
final class PartDigests {
  private final long partBytes;
  private final MessageDigest running = md5();
  private final List<byte[]> full = new ArrayList<>();
  private long inRunning;

  PartDigests(long partBytes) {
    this.partBytes = partBytes;
  }

  void update(byte[] buffer, int offset, int length) {
    var from = offset;
    var left = length;
    while (left > 0) {
      var count = (int) Math.min(left, partBytes - inRunning);
      running.update(buffer, from, count);
      from += count;
      left -= count;
      inRunning += count;
      if (inRunning == partBytes) {
        full.add(running.digest());
        inRunning = 0;
      }
    }
  }

  /** One a part, in their order; a blob without bytes has one part. To be asked for once all is written. */
  List<byte[]> parts() {
    var parts = new ArrayList<>(full);
    if (inRunning > 0 || full.isEmpty()) {
      try {
        parts.add(((MessageDigest) running.clone()).digest());
      } catch (CloneNotSupportedException e) {
        throw new IllegalStateException("the JDK's MD5 can be cloned", e);
      }
    }
    return parts;
  }

  /** The tag that S3 gives an object of these parts. */
  static String etag(List<byte[]> parts) {
    if (parts.size() == 1) {
      return "\"" + HexFormat.of().formatHex(parts.getFirst()) + "\"";
    }
    var all = md5();
    parts.forEach(all::update);
    return "\"" + HexFormat.of().formatHex(all.digest()) + "-" + parts.size() + "\"";
  }

  /** As {@code Content-MD5} wants it: RFC 1864. */
  static String base64(byte[] md5) {
    return Base64.getEncoder().encodeToString(md5);
  }

  private static MessageDigest md5() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has MD5", e);
    }
  }
}
