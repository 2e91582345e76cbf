package io.cts.probereceiver.pulls;

import io.cts.contract.CodecFamily;
import io.cts.contract.DeltaRequested.Effort;
import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import io.cts.contract.LayerFeatures;
import io.cts.contract.NodeId;
import io.cts.contract.Plan.LayerPlan;
import io.cts.contract.Plan.Prediction;
import io.cts.probereceiver.transfers.Transfer;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A layer of a pull: what is planned for it, why, and what came of it. Absent is what is not known yet. */
@Schema(name = "PullLayer")
record LayerView(
    @Schema(description = "digest of the upstream's blob", type = "string") Digest layer,
    @Nullable @Schema(description = "digest of the uncompressed tar", type = "string") Digest diffId,
    @Nullable @Schema(description = "codec of the upstream's blob", type = "string") CodecFamily storedAs,
    @Nullable @Schema(description = "of the upstream's blob") Long storedSizeBytes,
    @Nullable @Schema(description = "of the uncompressed tar") Long sizeBytes,
    @Nullable @Schema(description = "the planned one", type = "string") Encoding encoding,
    @Nullable @Schema(description = "seconds by part") Prediction predicted,
    @Nullable @Schema(description = "why this encoding, in one sentence") String reason,
    @Schema(description = "each time that it went out") List<Measured> measured) {

  /** One time that a layer, or a part of it, went to a node. */
  @Schema(name = "LayerTransfer")
  record Measured(
      @Schema(type = "string") NodeId node,
      @Nullable @Schema(description = "absent where a delta was sent", type = "string") Encoding encoding,
      @Nullable @Schema(description = "quick or dense: the layer went out as its difference to others", type = "string") Effort delta,
      long wireBytes,
      boolean complete,
      @Nullable @Schema(description = "absent where nobody watched the clock") Double seconds,
      @Nullable Double predictedSeconds) {}

  /** The layers in the order of the manifest; empty until the image is stored. */
  static List<LayerView> of(PullStory pull, List<Transfer> transfers) {
    if (pull.planned() != null) {
      return pull.planned()
          .plan()
          .layers()
          .stream()
          .map(layer -> view(layer.layer(), layer.diffId(), features(pull, layer.layer()), layer, transfers))
          .toList();
    }
    if (pull.profiled() != null) {
      return pull.profiled()
          .layers()
          .stream()
          .map(layer -> view(layer.layer(), layer.diffId(), Optional.of(layer), null, transfers))
          .toList();
    }
    if (pull.stored() != null) {
      return pull.stored()
          .layers()
          .stream()
          .map(layer -> new LayerView(layer.digest(), null, null, layer.sizeBytes(), null, null, null, null,
              measured(layer.digest(), null, transfers)))
          .toList();
    }
    return List.of();
  }

  private static LayerView view(Digest layer, Digest diffId, Optional<LayerFeatures> features,
      @Nullable LayerPlan plan, List<Transfer> transfers) {
    return new LayerView(layer, diffId, features.map(LayerFeatures::storedAs).orElse(null),
        features.map(LayerFeatures::storedSizeBytes).orElse(null),
        features.map(LayerFeatures::sizeBytes).orElse(null), plan == null ? null : plan.encoding(),
        plan == null ? null : plan.predicted(), plan == null ? null : plan.reason(),
        measured(layer, diffId, transfers));
  }

  private static Optional<LayerFeatures> features(PullStory pull, Digest layer) {
    return pull.profiled() == null
        ? Optional.empty()
        : pull.profiled().layers().stream().filter(features -> features.layer().equals(layer)).findFirst();
  }

  private static List<Measured> measured(Digest layer, @Nullable Digest diffId, List<Transfer> transfers) {
    return transfers.stream()
        .filter(transfer -> names(transfer).anyMatch(name -> name.equals(layer)
            || name.equals(diffId)))
        .map(transfer -> new Measured(transfer.node(), transfer.encoding(), transfer.delta(), transfer.wireBytes(),
            transfer.complete(), transfer.seconds(), transfer.predictedSeconds()))
        .toList();
  }

  private static Stream<Digest> names(Transfer transfer) {
    return Stream.of(Optional.of(transfer.blob()), Optional.ofNullable(transfer.diffId())).flatMap(Optional::stream);
  }
}
