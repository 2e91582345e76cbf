package io.cts.client;

import io.cts.client.pull.PullResult;
import io.cts.contract.Digest;
import io.cts.contract.Form;
import io.cts.contract.NodeId;
import io.cts.contract.PullId;
import io.cts.contract.PullReported.LayerReport;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells CTS what a pull took, so that it learns. */
public final class Report {
  private final CtsApi api;

  public Report(CtsApi api) {
    this.api = api;
  }

  /** As {@code POST /v1/probe/reports} takes it: the event without its id and time. */
  private record Body(
      PullId pull,
      NodeId node,
      @Nullable Digest manifest,
      Form form,
      double totalSeconds,
      List<LayerReport> layers) {}

  /** Layers whose encoding CTS did not name, and those that did not travel, are left out: nothing is guessed. */
  public void send(PullId pull, NodeId node, PullResult result) throws CommandFailed {
    var layers = result.layers()
        .stream()
        .filter(layer -> !layer.held() && layer.encoding() != null)
        .map(layer -> new LayerReport(layer.diffId(), layer.encoding(), layer.wireBytes(), layer.seconds(),
            layer.decodeSeconds(), null))
        .toList();
    var manifest = result.form() == Form.ORIGINAL ? result.manifest() : null;
    send(pull, node, manifest, result.form(), result.seconds(), layers);
  }

  /** @param manifest the upstream's, where it is known */
  public void send(PullId pull, NodeId node, @Nullable Digest manifest, Form form, double seconds,
      List<LayerReport> layers) throws CommandFailed {
    api.post("v1/probe/reports", new Body(pull, node, manifest, form, seconds, layers));
  }
}
