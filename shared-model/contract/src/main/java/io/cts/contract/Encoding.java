package io.cts.contract;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;

/**
 * A codec and its level: {@code identity}, {@code gzip-6}, {@code zstd-19}, {@code lz4-fast}, {@code lz4-hc9}.
 *
 * @param level within the family's range; 0 for identity and for lz4's fast compressor
 */
public record Encoding(CodecFamily family, int level) implements Comparable<Encoding> {
  public static final Encoding IDENTITY = new Encoding(CodecFamily.IDENTITY, 0);
  public static final Encoding LZ4_FAST = new Encoding(CodecFamily.LZ4, 0);

  /** The candidates that a plan chooses from unless configured otherwise; other levels are abilities only. */
  public static final List<Encoding> LADDER = List.of(IDENTITY, gzip(1), gzip(6), gzip(9), zstd(1), zstd(3), zstd(9),
      zstd(19), LZ4_FAST, lz4hc(9));

  public Encoding {
    if (level < family.lowestLevel() || level > family.highestLevel()) {
      throw new IllegalArgumentException("not an encoding: " + family.token() + " takes levels " + family.lowestLevel()
          + " to " + family.highestLevel() + ", not " + level);
    }
  }

  public static Encoding gzip(int level) {
    return new Encoding(CodecFamily.GZIP, level);
  }

  public static Encoding zstd(int level) {
    return new Encoding(CodecFamily.ZSTD, level);
  }

  public static Encoding lz4hc(int level) {
    return new Encoding(CodecFamily.LZ4, level);
  }

  /** @throws IllegalArgumentException naming what may be written */
  @JsonCreator
  public static Encoding parse(String text) {
    try {
      if (text.equals("identity")) {
        return IDENTITY;
      }
      if (text.equals("lz4-fast")) {
        return LZ4_FAST;
      }
      if (text.startsWith("lz4-hc")) {
        var level = Integer.parseInt(text.substring(6));
        if (level >= 1) {
          return lz4hc(level);
        }
      }
      if (text.startsWith("gzip-")) {
        return gzip(Integer.parseInt(text.substring(5)));
      }
      if (text.startsWith("zstd-")) {
        return zstd(Integer.parseInt(text.substring(5)));
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(refused(text), e);
    }
    throw new IllegalArgumentException(refused(text));
  }

  private static String refused(String text) {
    return "not an encoding: \"" + text + "\" (expected identity, gzip-1…9, zstd-1…19, lz4-fast or lz4-hc1…12)";
  }

  @Override
  public int compareTo(Encoding other) {
    var byFamily = family.compareTo(other.family);
    return byFamily != 0 ? byFamily : Integer.compare(level, other.level);
  }

  @Override
  @JsonValue
  public String toString() {
    return switch (family) {
      case IDENTITY -> "identity";
      case GZIP, ZSTD -> family.token() + "-" + level;
      case LZ4 -> level == 0 ? "lz4-fast" : "lz4-hc" + level;
    };
  }
}
