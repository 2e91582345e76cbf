package io.cts.probereceiver.pulls;

import io.cts.contract.Digest;
import io.cts.contract.Form;
import io.cts.contract.ImageRef;
import io.cts.contract.NodeId;
import io.cts.contract.Objective;
import io.cts.contract.Platform;
import io.cts.contract.PullReported;
import io.cts.contract.PullRequested.Origin;
import io.cts.probereceiver.pulls.PullState.Cause;
import io.cts.probereceiver.transfers.Transfer;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A pull as the API shows it. Absent is what is not known yet. */
@Schema(name = "Pull")
record PullView(
    UUID id,
    @Nullable @Schema(type = "string") ImageRef image,
    @Nullable @Schema(type = "string") Platform platform,
    @Nullable @Schema(type = "string") NodeId node,
    @Nullable @Schema(type = "string") Objective objective,
    @Nullable @Schema(description = "who asked", type = "string") Origin origin,
    @Schema(description = "requested, profiled, planned, ready, served, reported, expired or failed") String state,
    Instant since,
    @Nullable @Schema(description = "the upstream's manifest", type = "string") Digest manifest,
    @Nullable @Schema(description = "the image's configuration: its ID", type = "string") Digest config,
    @Nullable @Schema(description = "which manifest is served", type = "string") Form form,
    @Nullable @Schema(description = "the weights that predicted") String modelVersion,
    @Nullable @Schema(description = "why it is served so") String reason,
    @Nullable @Schema(description = "why it is served as the upstream has it") String leftAsIs,
    @Nullable @Schema(description = "what the plan wanted and could not be made") String shortfall,
    @Nullable Cause failure,
    @Nullable Predicted predicted,
    @Schema(description = "what went to each node") List<NodeTransfers> measured,
    @Nullable @Schema(description = "what an agent says it took") Report reported,
    List<LayerView> layers,
    @Schema(description = "the states so far") List<Step> steps,
    PullLinks links) {

  /** Until the image is ready to run, in the planned form and in the upstream's. */
  @Schema(name = "PullPrediction")
  record Predicted(double seconds, long bytes, double originalSeconds, long originalBytes) {}

  @Schema(name = "PullReport")
  record Report(double totalSeconds, @Schema(type = "string") NodeId node, @Schema(type = "string") Form form,
      List<PullReported.LayerReport> layers) {
    static @Nullable Report of(@Nullable PullReported event) {
      return event == null ? null : new Report(event.totalSeconds(), event.node(), event.form(), event.layers());
    }
  }

  @Schema(name = "PullStep")
  record Step(String state, Instant at, @Nullable String detail) {}

  static PullView of(PullStory pull, List<PullChange> changes, List<Transfer> transfers) {
    var requested = pull.requested();
    var profiled = pull.profiled();
    var stored = pull.stored();
    var plan = pull.planned() == null ? null : pull.planned().plan();
    var ready = pull.ready();
    var id = pull.id().value();
    return new PullView(id, pull.image(), platform(pull), pull.node(),
        requested == null ? null : requested.objective(), requested == null ? null : requested.origin(),
        pull.state().text(), pull.since(), pull.manifest(),
        profiled != null ? profiled.config() : stored != null ? stored.config() : null, pull.form(),
        plan == null ? null : plan.modelVersion(), plan == null ? null : plan.reason(),
        profiled != null ? profiled.leftAsIs() : stored != null ? stored.leftAsIs() : null,
        ready == null ? null : ready.shortfall(), pull.state() instanceof PullState.Failed(var cause) ? cause : null,
        plan == null
            ? null
            : new Predicted(plan.predictedSeconds(), plan.predictedBytes(), plan.originalSeconds(),
                plan.originalBytes()),
        NodeTransfers.of(transfers), Report.of(pull.reported()), LayerView.of(pull, transfers),
        changes.stream().map(change -> new Step(change.state(), change.at(), change.detail())).toList(),
        new PullLinks(id));
  }

  private static @Nullable Platform platform(PullStory pull) {
    if (pull.profiled() != null) {
      return pull.profiled().platform();
    }
    return pull.stored() != null
        ? pull.stored().platform()
        : pull.requested() != null ? pull.requested().platform() : null;
  }
}
