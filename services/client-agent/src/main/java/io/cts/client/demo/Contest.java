package io.cts.client.demo;

import io.cts.client.pull.Client;
import io.cts.client.pull.Destination;
import io.cts.client.pull.PullResult;
import io.cts.client.pull.Puller;
import io.cts.client.pull.Source;
import io.cts.client.sandbox.ImageMaker;
import io.cts.contract.Digest;
import io.cts.oci.Reference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One client pulls an image through CTS and as its author made it, in turns, under the same conditions. */
final class Contest {
  private final Client client;
  private final Source source;
  private final Digest original;
  private final List<Double> measured = new ArrayList<>();
  private final List<Double> originals = new ArrayList<>();
  private @Nullable PullResult first;

  /** @param original digest of the manifest as its author made it */
  Contest(Client client, Source source, Digest original) {
    this.client = client;
    this.source = source;
    this.original = original;
  }

  /** One pull each that is not counted: what runs for the first time is slow, on both sides. */
  void warmUp() throws IOException {
    first = pull(source);
    pull(source.at(new Reference.Exact(original)));
  }

  /** One pull each, who was second first; what comes is verified and forgotten. */
  void round() throws IOException {
    if (measured.size() % 2 == 0) {
      throughCts();
      asMade();
    } else {
      asMade();
      throughCts();
    }
  }

  private void throughCts() throws IOException {
    var result = pull(source);
    measured.add(result.seconds());
    if (first == null) {
      first = result;
    }
  }

  private void asMade() throws IOException {
    originals.add(pull(source.at(new Reference.Exact(original))).seconds());
  }

  private PullResult pull(Source from) throws IOException {
    return new Puller(client, from, ImageMaker.platform(), Destination.NOWHERE).pull();
  }

  /** What came of the first pull. */
  PullResult result() {
    if (first == null) {
      throw new IllegalStateException("no round was run");
    }
    return first;
  }

  double seconds() {
    return median(measured);
  }

  double originalSeconds() {
    return median(originals);
  }

  static double median(List<Double> values) {
    var sorted = values.stream().sorted().toList();
    var middle = sorted.size() / 2;
    return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
