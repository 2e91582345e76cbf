package io.cts.oci;

import io.cts.contract.Digest;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A manifest or an index, exactly as its author wrote it: nothing has been read into it yet.
 *
 * <p>The bytes are shared, not copied: nobody may change them.
 */
public final class RawManifest {
  /** The bound that the distribution specification suggests for registries and that engines have. */
  public static final int MOST_BYTES = 4 << 20;

  private final String mediaType;
  private final Digest digest;
  private final byte[] bytes;

  private RawManifest(String mediaType, Digest digest, byte[] bytes) {
    this.mediaType = mediaType;
    this.digest = digest;
    this.bytes = bytes;
  }

  /** A manifest whose name is its SHA-256. */
  public static RawManifest of(String mediaType, byte[] bytes) {
    return new RawManifest(mediaType, Digest.sha256(bytes), bytes);
  }

  /**
   * The manifest of a given name.
   *
   * @throws MalformedManifest if the bytes do not have that digest
   */
  public static RawManifest named(Digest expected, String mediaType, byte[] bytes) throws MalformedManifest {
    var actual = expected.algorithm() == Digest.Algorithm.SHA256
        ? Digest.sha256(bytes)
        : new Digest(expected.algorithm(),
            HexFormat.of().formatHex(expected.algorithm().newHash().digest(bytes)));
    if (!actual.equals(expected)) {
      throw new MalformedManifest("manifest", "", "its bytes are " + actual + ", not " + expected);
    }
    return new RawManifest(mediaType, expected, bytes);
  }

  public String mediaType() {
    return mediaType;
  }

  public Digest digest() {
    return digest;
  }

  public byte[] bytes() {
    return bytes;
  }

  public int sizeBytes() {
    return bytes.length;
  }

  /** What points at this manifest. */
  public Descriptor descriptor() {
    return new Descriptor(mediaType, digest, bytes.length);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RawManifest that && mediaType.equals(that.mediaType) && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return digest.hashCode();
  }

  @Override
  public String toString() {
    return mediaType + " " + digest;
  }
}
