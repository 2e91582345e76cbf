package io.cts.probereceiver.pulls;

import io.cts.contract.Engine;
import io.cts.contract.NodeId;
import io.cts.probereceiver.transfers.Transfer;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/** What went to one node for a pull. */
@Schema(name = "NodeTransfers")
record NodeTransfers(
    @Schema(type = "string") NodeId node,
    @Schema(type = "string") Engine engine,
    int transfers,
    long wireBytes,
    Instant startedAt,
    @Schema(description = "from the first byte of the first transfer to the last byte of the last") double seconds) {

  /** @param transfers in the order of their start */
  static List<NodeTransfers> of(List<Transfer> transfers) {
    var byNode = new LinkedHashMap<NodeId, List<Transfer>>();
    transfers.forEach(transfer -> byNode.computeIfAbsent(transfer.node(), node -> new ArrayList<>()).add(transfer));
    return byNode.values().stream().map(NodeTransfers::one).toList();
  }

  private static NodeTransfers one(List<Transfer> transfers) {
    var first = transfers.getFirst();
    var end = transfers.stream().map(Transfer::endedAt).max(Instant::compareTo).orElseThrow();
    return new NodeTransfers(first.node(), first.engine(), transfers.size(),
        transfers.stream().mapToLong(Transfer::wireBytes).sum(), first.startedAt(),
        Duration.between(first.startedAt(), end).toNanos() / 1e9);
  }
}
