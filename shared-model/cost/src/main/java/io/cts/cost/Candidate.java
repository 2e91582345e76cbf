package io.cts.cost;

import io.cts.contract.Encoding;
import io.cts.contract.Form;
import io.cts.contract.Plan.Prediction;

/**
 * One layer in one form and encoding, and what that costs. A layer costs in two stages: it arrives (received, decoded
 * where the encoding is a content coding, hashed and spooled, all at the same time), then it is unpacked (decoded where
 * the form is, untarred).
 *
 * @param there whether CTS could serve it now
 * @param waitSeconds for the encoding: its making, shared among the pulls that it serves
 * @param arrivalSeconds for each point of the link's range: the wait and the layer's share of the pull's way in
 * @param afterSeconds of the second stage
 */
record Candidate(
    Form form,
    Encoding encoding,
    long bytes,
    boolean there,
    double waitSeconds,
    double[] arrivalSeconds,
    double afterSeconds,
    Prediction prediction) {

  double totalSeconds(int point) {
    return arrivalSeconds[point] + afterSeconds;
  }

  /** Whether it is no better than {@code other} at some point of the range. */
  boolean mayBeSlowerThan(Candidate other) {
    for (var point = 0; point < arrivalSeconds.length; point++) {
      if (totalSeconds(point) > other.totalSeconds(point)) {
        return true;
      }
    }
    return false;
  }
}
