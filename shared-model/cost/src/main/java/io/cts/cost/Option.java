package io.cts.cost;

import io.cts.contract.Form;
import java.util.List;

/** An image in one form with an encoding for each layer. */
record Option(Form form, List<Candidate> layers, long bytes) {

  static Option of(Form form, List<Candidate> layers) {
    var bytes = 0L;
    for (var layer : layers) {
      bytes += layer.bytes();
    }
    return new Option(form, layers, bytes);
  }

  /**
   * Seconds until the image is ready: layers arrive one after the other's share of the link, and are unpacked in their
   * order, each as soon as it is there and the one below it is done. Never falls when any layer's arrival grows, so that
   * the cheapest arrival of each layer makes the cheapest image.
   */
  double seconds(int point, double setupSeconds, boolean withWait) {
    var arrived = setupSeconds;
    var unpacked = 0.0;
    for (var layer : layers) {
      arrived += layer.arrivalSeconds()[point] - (withWait ? 0 : layer.waitSeconds());
      unpacked = Math.max(unpacked, arrived) + layer.afterSeconds();
    }
    return unpacked;
  }
}
