package io.cts.feedback.fit;

import io.cts.contract.CodecFamily;
import io.cts.contract.Form;
import io.cts.cost.CostConstants;
import java.util.Arrays;
import java.util.function.ToIntFunction;

/**
 * What the analytic model says one transfer takes, as far as the sender or receiver of a single layer can see it: round
 * trips lost at the start, then the slower of the link and of the engine that takes the bytes in. The equations are those
 * of {@link io.cts.cost.Planner}, for one layer, over constants in an array.
 */
final class TransferTerm {
  private static final double BITS_PER_BYTE = 8;
  private static final int NOT_READ = -1;

  private final TransferSample sample;
  private final int efficiency;
  private final int window;
  private final int setup;
  private final int spool;
  private final int decode;

  /** @param indexOf where the constant of a name stands in the arrays given to {@link #seconds} */
  TransferTerm(TransferSample sample, ToIntFunction<String> indexOf) {
    this.sample = sample;
    var rttKnown = sample.rttSeconds() > 0;
    var decodes = sample.form() == Form.PLAIN && sample.family() != CodecFamily.IDENTITY
        && sample.nodeDecodeMBps() == null;
    efficiency = sample.bandwidthIsNominal() ? indexOf.applyAsInt(CostConstants.LINK_EFFICIENCY) : NOT_READ;
    window = rttKnown ? indexOf.applyAsInt(CostConstants.LINK_WINDOW_MB) : NOT_READ;
    setup = rttKnown ? indexOf.applyAsInt(CostConstants.LINK_SETUP_ROUND_TRIPS) : NOT_READ;
    spool = indexOf.applyAsInt(CostConstants.name(sample.engineClass(), CostConstants.SPOOL_MBPS));
    decode = decodes
        ? indexOf.applyAsInt(CostConstants.name(sample.engineClass(), RateSample.decodeConstant(sample.family())))
        : NOT_READ;
  }

  TransferSample sample() {
    return sample;
  }

  /** Where the constants stand that {@link #seconds} reads. */
  int[] reads() {
    return Arrays.stream(new int[]{efficiency, window, setup, spool, decode}).filter(index -> index >= 0).toArray();
  }

  double seconds(double[] constants) {
    var body = sample.bandwidthMbps() * (efficiency == NOT_READ ? 1 : constants[efficiency]);
    var rate = body / BITS_PER_BYTE / sample.streams();
    var before = 0.0;
    if (window != NOT_READ) {
      rate = Math.min(rate, constants[window] / sample.rttSeconds());
      before = Math.max(0, constants[setup] - sample.vantage().roundTripsBefore) * sample.rttSeconds();
    }
    return before + Math.max(sample.wireMB() / rate, takingIn(constants));
  }

  private double takingIn(double[] constants) {
    var cores = Math.min(1, sample.cores());
    var spoolMBps = constants[spool] * cores;
    if (sample.form() != Form.PLAIN) {
      return sample.wireMB() / spoolMBps;
    }
    var measured = sample.nodeDecodeMBps();
    var decodeMBps = measured != null
        ? measured
        : decode == NOT_READ ? Double.POSITIVE_INFINITY : constants[decode] * cores;
    return sample.decodedMB() / spoolMBps + sample.decodedMB() / decodeMBps;
  }

  /** How far the prediction lies from what was measured, as the absolute logarithm of their ratio. */
  double miss(double[] constants) {
    return Math.abs(Math.log(seconds(constants) / sample.seconds()));
  }
}
