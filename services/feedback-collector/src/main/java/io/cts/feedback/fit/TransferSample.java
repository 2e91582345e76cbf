package io.cts.feedback.fit;

import io.cts.contract.CodecFamily;
import io.cts.contract.EngineClass;
import io.cts.contract.Form;
import io.cts.contract.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * A layer that went to a node whose link was known by other means than such transfers.
 *
 * @param family of the bytes on the wire
 * @param wireMB 10⁶ bytes that travelled
 * @param decodedMB 10⁶ bytes of the uncompressed tar
 * @param bandwidthMbps Mbit/s as the profile has it
 * @param bandwidthIsNominal whether that is a link's nominal speed rather than measured bytes of body
 * @param rttSeconds 0 where it is not known
 * @param cores 1 where they are not known
 * @param nodeDecodeMBps the node's own decoding speed where it was measured
 * @param streams that shared the link meanwhile, this one included; 1 or more
 * @param vantage who held the watch
 * @param seconds that were measured
 */
public record TransferSample(
    NodeId node,
    EngineClass engineClass,
    Form form,
    CodecFamily family,
    double wireMB,
    double decodedMB,
    double bandwidthMbps,
    boolean bandwidthIsNominal,
    double rttSeconds,
    double cores,
    @Nullable Double nodeDecodeMBps,
    double streams,
    Vantage vantage,
    double seconds) {

  /** Who measured. */
  public enum Vantage {
    /** CTS: from the first byte that it sent to the last; connecting and asking came before. */
    SERVER(2),
    /** The agent: from its request to the last byte; connecting came before, as a rule. */
    CLIENT(1);

    /** Of the round trips that a transfer loses at its start, those that were over when the watch began. */
    final double roundTripsBefore;

    Vantage(double roundTripsBefore) {
      this.roundTripsBefore = roundTripsBefore;
    }
  }
}
