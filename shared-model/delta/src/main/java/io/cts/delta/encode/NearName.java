package io.cts.delta.encode;

import java.util.regex.Pattern;

/** What is left of a name without the versions in it: {@code libssl.so.3.0.11} and {@code libssl.so.3.0.13} are near. */
final class NearName {
  private static final Pattern HASH = Pattern.compile("(?<![0-9a-zA-Z])[0-9a-f]{8,}(?![0-9a-zA-Z])");
  private static final Pattern VERSION = Pattern.compile("[0-9]+(?:[.+~_-]*[0-9]+)*");

  private NearName() {}

  static String of(String name) {
    return VERSION.matcher(HASH.matcher(name).replaceAll("#")).replaceAll("#");
  }

  /** The last {@code count} parts of a path. */
  static String tail(String path, int count) {
    var from = path.length();
    for (var i = 0; i < count && from > 0; i++) {
      from = path.lastIndexOf('/', from - 1);
    }
    return path.substring(from + 1);
  }
}
