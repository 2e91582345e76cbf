package io.cts.client.lab;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import org.jspecify.annotations.Nullable;

/**
 * Something that was measured, as {@code --json} prints it:
 *
 * <pre>{"figure":"blob of 100 MB, 8 connections","value":2514.2,"unit":"MB/s","peer":"docker-registry",
 * "peer_value":2210.0,"ratio":1.138,"target":">= 1.00x","met":true}</pre>
 *
 * @param peer what it was measured beside in the same run; absent where there is none
 * @param ratio of the value to the peer's
 * @param target absent where nothing was asked for
 */
@JsonPropertyOrder({"figure", "value", "unit", "peer", "peer_value", "ratio", "target", "met"})
record Figure(
    String figure,
    double value,
    String unit,
    @Nullable String peer,
    @JsonProperty("peer_value") @Nullable Double peerValue,
    @Nullable Double ratio,
    @Nullable String target,
    @Nullable Boolean met) {

  static Figure alone(String figure, double value, String unit, @Nullable Target target) {
    return new Figure(figure, value, unit, null, null, null, target == null ? null : target.toString(),
        target == null ? null : target.metBy(value, null));
  }

  static Figure beside(String peer, double peerValue, String figure, double value, String unit,
      @Nullable Target target) {
    Double ratio = peerValue == 0 ? null : value / peerValue;
    return new Figure(figure, value, unit, peer, peerValue, ratio, target == null ? null : target.toString(),
        target == null ? null : target.metBy(value, ratio));
  }
}
