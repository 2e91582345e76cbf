package io.cts.cost;

import io.cts.contract.Encoding;
import io.cts.contract.Plan.Alternative;
import io.cts.contract.Plan.Prediction;
import java.util.List;

/**
 * The encoding of one GET of a layer in plain form.
 *
 * @param predicted for this layer alone on the link
 * @param bandwidthMeasured see {@link Planned#bandwidthMeasured()}
 * @param alternatives all that could be served, the chosen included, the quickest first
 */
public record EncodingChoice(
    Encoding encoding,
    Prediction predicted,
    boolean bandwidthMeasured,
    String reason,
    List<Alternative> alternatives) {
  public EncodingChoice {
    alternatives = List.copyOf(alternatives);
  }
}
