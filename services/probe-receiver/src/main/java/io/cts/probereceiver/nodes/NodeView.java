package io.cts.probereceiver.nodes;

import io.cts.contract.Engine;
import io.cts.contract.NodeId;
import io.cts.contract.NodeProfile;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A node as the API shows it. */
@Schema(name = "Node")
record NodeView(
    @Schema(type = "string") NodeId node,
    @Schema(type = "string") Engine engine,
    @Schema(description = "what planning believes now, made from all sources; confidence falls with age") NodeProfile profile,
    @Schema(description = "what each source said, as it said it") List<NodeProfile> sources,
    @Nullable @Schema(description = "after this nothing measured is believed; absent where nothing is") Instant validUntil,
    @Schema(description = "whether several machines come under this key, as overlapping transfers of one blob showed within a day; nothing is told from their transfers then") boolean group,
    Instant firstSeen,
    Instant lastSeen,
    @Nullable @Schema(description = "when the topic cts.node-profiled.v1 last heard of it") Instant publishedAt) {

  static NodeView of(NodeRow row, Instant now) {
    var validUntil = row.facts()
        .bySource()
        .stream()
        .filter(said -> said.source() != NodeProfile.Source.STATED && Facts.isValid(said, now))
        .map(said -> said.measuredAt().plus(Facts.VALID))
        .max(Instant::compareTo);
    return new NodeView(row.id(), row.engine(), row.facts().merged(row.id(), row.engine(), now),
        row.facts().bySource(), validUntil.orElse(null), row.isGroup(now), row.firstSeen(), row.lastSeen(),
        row.publishedAt());
  }
}
