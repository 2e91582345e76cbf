package io.cts.cost;

import io.cts.contract.CodecFamily;
import io.cts.contract.Encoding;
import io.cts.contract.LayerFeatures;
import java.util.Map;
import java.util.OptionalLong;

/**
 * A layer and what CTS holds of it.
 *
 * @param variantBytes sizes of the variants that are there. The upstream's own blob need not be named: see
 *     {@link #ownEncoding()}
 * @param secondsUntilReady of variants being made; a variant in neither map was not asked for
 */
public record LayerState(
    LayerFeatures features,
    Map<Encoding, Long> variantBytes,
    Map<Encoding, Double> secondsUntilReady) {
  private static final Encoding USUAL_GZIP = Encoding.gzip(6);
  private static final Encoding USUAL_ZSTD = Encoding.zstd(3);

  /** A layer of which CTS holds the upstream's blob and nothing else. */
  public static LayerState asStored(LayerFeatures features) {
    return new LayerState(features, Map.of(), Map.of());
  }

  /**
   * What the upstream's blob is called. Nobody tells which level made it: gzip is called {@code gzip-6} and zstd
   * {@code zstd-3}, which engines use unless told otherwise, and no second blob is made under that name.
   */
  public Encoding ownEncoding() {
    return switch (features.storedAs()) {
      case IDENTITY -> Encoding.IDENTITY;
      case GZIP -> USUAL_GZIP;
      case ZSTD -> USUAL_ZSTD;
      case LZ4 -> Encoding.LZ4_FAST;
    };
  }

  /** Bytes of the layer in {@code encoding}, if it is there. */
  OptionalLong bytesThere(Encoding encoding) {
    if (encoding.equals(ownEncoding())) {
      return OptionalLong.of(features.storedSizeBytes());
    }
    var variant = variantBytes.get(encoding);
    if (variant != null) {
      return OptionalLong.of(variant);
    }
    return encoding.family() == CodecFamily.IDENTITY ? OptionalLong.of(features.sizeBytes()) : OptionalLong.empty();
  }

  /** Whether CTS has to decode the layer while it sends it as identity. */
  boolean identityIsInflated() {
    return features.storedAs() != CodecFamily.IDENTITY && !variantBytes.containsKey(Encoding.IDENTITY);
  }
}
