package io.cts.probereceiver.probe;

import io.cts.contract.Digest;
import io.cts.contract.EventId;
import io.cts.contract.Form;
import io.cts.contract.NodeId;
import io.cts.contract.PullId;
import io.cts.contract.PullReported;
import io.cts.contract.PullReported.LayerReport;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The body of a report. */
@Schema(name = "PullReportOrder", description = "What a pull took, as its agent measured it")
record PullReport(
    @Nullable @Schema(type = "string", requiredMode = Schema.RequiredMode.REQUIRED) PullId pull,
    @Nullable @Schema(type = "string", requiredMode = Schema.RequiredMode.REQUIRED) NodeId node,
    @Nullable @Schema(description = "the upstream's manifest", type = "string") Digest manifest,
    @Nullable @Schema(type = "string", requiredMode = Schema.RequiredMode.REQUIRED) Form form,
    @Nullable @Schema(description = "from the first request until the image was ready", requiredMode = Schema.RequiredMode.REQUIRED) Double totalSeconds,
    @Nullable @Schema(description = "those that travelled") List<LayerReport> layers) {
  private static final int MOST_LAYERS = 1000;

  /** @throws IllegalArgumentException naming the field that is missing or cannot be */
  PullReported event(Instant now) {
    var travelled = layers == null ? List.<LayerReport>of() : layers;
    if (travelled.size() > MOST_LAYERS) {
      throw new IllegalArgumentException("layers has " + travelled.size() + " entries, more than " + MOST_LAYERS);
    }
    for (var layer : travelled) {
      present("diffId of a layer", layer.diffId());
      present("encoding of a layer", layer.encoding());
      positive("wireBytes of layer " + layer.diffId(), layer.wireBytes());
      positive("wireSeconds of layer " + layer.diffId(), layer.wireSeconds());
      positive("decodeSeconds of layer " + layer.diffId(), layer.decodeSeconds());
      positive("handOverSeconds of layer " + layer.diffId(), layer.handOverSeconds());
    }
    positive("totalSeconds", totalSeconds);
    return new PullReported(EventId.derived("pull-reported/" + present("pull", pull) + "/" + present("node", node)),
        now, present("pull", pull), present("node", node), manifest, present("form", form),
        present("totalSeconds", totalSeconds), travelled);
  }

  private static <T> T present(String name, @Nullable T value) {
    if (value == null) {
      throw new IllegalArgumentException(name + " is missing");
    }
    return value;
  }

  private static void positive(String name, @Nullable Number value) {
    if (value != null && !(value.doubleValue() >= 0 && value.doubleValue() < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(name + " must not be negative, and is " + value);
    }
  }
}
