package io.cts.contract;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The name of content by its hash, such as {@code sha256:2cf2…9824} (OCI image specification 1.1, descriptor.md,
 * "Digests").
 *
 * @param algorithm a registered algorithm
 * @param hex lower-case hexadecimal of the algorithm's length
 */
public record Digest(Algorithm algorithm, String hex) implements Comparable<Digest> {
  private static final Pattern LOWER_HEX = Pattern.compile("[0-9a-f]+");

  /** The algorithms that the image specification registers. */
  public enum Algorithm {
    SHA256("sha256", "SHA-256", 64), SHA512("sha512", "SHA-512", 128);

    private final String prefix;
    private final String jcaName;
    private final int hexLength;

    Algorithm(String prefix, String jcaName, int hexLength) {
      this.prefix = prefix;
      this.jcaName = jcaName;
      this.hexLength = hexLength;
    }

    /** A new hash of this algorithm, owned by the caller. */
    public MessageDigest newHash() {
      try {
        return MessageDigest.getInstance(jcaName);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every JDK has " + jcaName, e);
      }
    }
  }

  public Digest {
    if (hex.length() != algorithm.hexLength || !LOWER_HEX.matcher(hex).matches()) {
      throw new IllegalArgumentException("not a digest: " + algorithm.prefix + " takes " + algorithm.hexLength
          + " lower-case hexadecimal digits, this has \"" + abbreviated(hex) + "\"");
    }
  }

  /**
   * Parses {@code algorithm:hex}.
   *
   * @throws IllegalArgumentException saying what is wrong with {@code text}
   */
  @JsonCreator
  public static Digest parse(String text) {
    var colon = text.indexOf(':');
    if (colon > 0) {
      for (var algorithm : Algorithm.values()) {
        if (text.startsWith(algorithm.prefix) && colon == algorithm.prefix.length()) {
          return new Digest(algorithm, text.substring(colon + 1));
        }
      }
    }
    throw new IllegalArgumentException(
        "not a digest: \"" + abbreviated(text) + "\" (expected sha256:… or sha512:… in lower-case hexadecimal)");
  }

  /** The SHA-256 digest of bytes held in memory (a manifest, a configuration; never a layer). */
  public static Digest sha256(byte[] content) {
    return finished(Algorithm.SHA256.newHash().digest(content));
  }

  /** The SHA-256 digest whose 32 raw bytes are given. */
  public static Digest finished(byte[] sha256) {
    return new Digest(Algorithm.SHA256, HexFormat.of().formatHex(sha256));
  }

  /** The first twelve hexadecimal digits, for people. */
  public String abbreviated() {
    return hex.substring(0, 12);
  }

  private static String abbreviated(String text) {
    return text.length() <= 80 ? text : text.substring(0, 80) + "…";
  }

  @Override
  public int compareTo(Digest other) {
    return toString().compareTo(other.toString());
  }

  @Override
  @JsonValue
  public String toString() {
    return algorithm.prefix + ":" + hex;
  }
}
