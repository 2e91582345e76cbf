package io.cts.contract;

import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a node. What was not measured is absent.
 *
 * @param bandwidthMbps megabits of body per second from CTS to the node
 * @param bandwidthIsLowerBound whether the node may be faster than {@code bandwidthMbps}: too little was seen to tell
 * @param rttMillis round-trip time in milliseconds
 * @param decodeRates megabytes of decoded bytes per second, by codec
 * @param cores processors that the node may use
 * @param memoryBytes memory that the node may use
 * @param diskWriteMBps megabytes per second that its disk takes
 * @param confidence 0 (guessed) to 1 (just measured)
 * @param details that no plan is made with, where the node probed itself
 */
public record NodeProfile(
    NodeId node,
    Engine engine,
    Source source,
    @Nullable Double bandwidthMbps,
    boolean bandwidthIsLowerBound,
    @Nullable Double rttMillis,
    List<DecodeRate> decodeRates,
    @Nullable Double cores,
    @Nullable Long memoryBytes,
    @Nullable Double diskWriteMBps,
    double confidence,
    Instant measuredAt,
    @Nullable NodeDetails details) {

  /** How the facts were come by. */
  public enum Source {
    /** The node's own probe. */
    ACTIVE("active"),
    /** The transfers that CTS saw. */
    PASSIVE("passive"),
    /** Given with a request or by an operator. */
    STATED("stated");

    private final String text;

    Source(String text) {
      this.text = text;
    }

    @Override
    @JsonValue
    public String toString() {
      return text;
    }
  }

  /** How fast a node decodes one codec, in megabytes (10⁶) of decoded bytes per second on one core. */
  public record DecodeRate(CodecFamily family, double mbps) {
    public DecodeRate {
      positive("decode rate of " + family.token(), mbps);
    }
  }

  private static final int MOST_RATES = 50;

  public NodeProfile {
    decodeRates = List.copyOf(decodeRates);
    if (decodeRates.size() > MOST_RATES) {
      throw new IllegalArgumentException("decodeRates has " + decodeRates.size() + " entries, more than " + MOST_RATES);
    }
    positive("bandwidthMbps", bandwidthMbps);
    positive("cores", cores);
    positive("memoryBytes", memoryBytes);
    positive("diskWriteMBps", diskWriteMBps);
    if (rttMillis != null && !(rttMillis >= 0 && rttMillis < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("rttMillis must not be negative, not " + rttMillis);
    }
    if (!(confidence >= 0 && confidence <= 1)) {
      throw new IllegalArgumentException("confidence lies between 0 and 1, not " + confidence);
    }
  }

  /** One without details. */
  public NodeProfile(NodeId node, Engine engine, Source source, @Nullable Double bandwidthMbps,
      boolean bandwidthIsLowerBound, @Nullable Double rttMillis, List<DecodeRate> decodeRates, @Nullable Double cores,
      @Nullable Long memoryBytes, @Nullable Double diskWriteMBps, double confidence, Instant measuredAt) {
    this(node, engine, source, bandwidthMbps, bandwidthIsLowerBound, rttMillis, decodeRates, cores, memoryBytes,
        diskWriteMBps, confidence, measuredAt, null);
  }

  static void positive(String name, @Nullable Number value) {
    if (value != null && !(value.doubleValue() > 0 && value.doubleValue() < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(name + " must be positive, not " + value);
    }
  }

  public OptionalDouble decodeMBps(CodecFamily family) {
    return decodeRates.stream().filter(rate -> rate.family() == family).mapToDouble(DecodeRate::mbps).findFirst();
  }
}
