package io.cts.feedback.fit;

import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import io.cts.contract.NodeId;
import io.cts.cost.CostConstants;

/**
 * Work on one layer that an agent timed: decoding it, or handing it to the engine.
 *
 * @param constant whose evidence this is, by its name among the model's constants
 * @param nodeClass nodes of one class are taken to be equally fast: repetitions are compared within it
 * @param decodedMB 10⁶ bytes of the uncompressed tar
 */
public record RateSample(
    String constant,
    NodeId node,
    String nodeClass,
    Digest layer,
    Encoding encoding,
    double decodedMB,
    double seconds) {

  /** Megabytes (10⁶) of decoded bytes per second. */
  double mbps() {
    return decodedMB / seconds;
  }

  /** The last part of the name of the constant that says how fast {@code family} is decoded. */
  public static String decodeConstant(CodecFamily family) {
    return switch (family) {
      case GZIP -> CostConstants.GZIP_MBPS;
      case ZSTD -> CostConstants.ZSTD_MBPS;
      case LZ4 -> CostConstants.LZ4_MBPS;
      case IDENTITY -> throw new IllegalArgumentException("identity is not decoded");
    };
  }
}
