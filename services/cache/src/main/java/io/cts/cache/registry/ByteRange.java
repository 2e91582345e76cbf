package io.cts.cache.registry;

import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One range of decoded bytes (RFC 9110, section 14.1.2).
 *
 * @param first offset of the first byte
 * @param last offset of the last byte, within the content
 */
record ByteRange(long first, long last) {
  private static final Pattern SINGLE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

  long length() {
    return last - first + 1;
  }

  /**
   * The range that a request asks for of content of {@code size} bytes; empty where the whole is to be answered: no
   * header, several ranges, another unit, or all of it from its first byte.
   *
   * @throws RegistryException RANGE_INVALID where nothing of the content lies in the range
   */
  static Optional<ByteRange> of(@Nullable String header, long size) {
    if (header == null) {
      return Optional.empty();
    }
    var match = SINGLE.matcher(header.replace(" ", ""));
    if (!match.matches() || match.group(1).isEmpty() && match.group(2).isEmpty()) {
      return Optional.empty();
    }
    if (match.group(1).isEmpty()) {
      var count = Long.parseLong(match.group(2));
      if (count == 0 || size == 0) {
        throw unsatisfiable(header, size);
      }
      return Optional.of(new ByteRange(Math.max(0, size - count), size - 1));
    }
    var first = Long.parseLong(match.group(1));
    var last = match.group(2).isEmpty() ? Long.MAX_VALUE : Long.parseLong(match.group(2));
    if (first == 0 && last == Long.MAX_VALUE) {
      return Optional.empty(); // "bytes=0-" asks for everything: answered 200, and so it may be encoded
    }
    if (first >= size || last < first) {
      throw unsatisfiable(header, size);
    }
    return Optional.of(new ByteRange(first, Math.min(last, size - 1)));
  }

  private static RegistryException unsatisfiable(String header, long size) {
    return new RegistryException(OciError.RANGE_INVALID,
        "asked for \"" + header + "\" of a blob of " + size + " bytes; ask for a range that lies within it");
  }
}
