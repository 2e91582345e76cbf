package io.cts.contract;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;

/** The kinds of encoding of a layer. */
public enum CodecFamily {
  IDENTITY("identity", 0, 0), GZIP("gzip", 1, 9), ZSTD("zstd", 1, 19), LZ4("lz4", 0, 12);

  private final String token;
  private final int lowestLevel;
  private final int highestLevel;

  CodecFamily(String token, int lowestLevel, int highestLevel) {
    this.token = token;
    this.lowestLevel = lowestLevel;
    this.highestLevel = highestLevel;
  }

  /** The content coding's name in {@code Accept-Encoding} and {@code Content-Encoding} (RFC 9110, section 8.4.1). */
  @JsonValue
  public String token() {
    return token;
  }

  public int lowestLevel() {
    return lowestLevel;
  }

  public int highestLevel() {
    return highestLevel;
  }

  public static Optional<CodecFamily> ofToken(String token) {
    for (var family : values()) {
      if (family.token.equals(token)) {
        return Optional.of(family);
      }
    }
    return Optional.empty();
  }
}
