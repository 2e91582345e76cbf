package io.cts.probereceiver.nodes;

import io.cts.contract.Engine;
import io.cts.contract.EventId;
import io.cts.contract.NodeId;
import io.cts.contract.NodeProfile;
import io.cts.contract.NodeProfile.Source;
import io.cts.contract.NodeProfiled;
import io.cts.contract.TransferObserved;
import io.cts.messaging.Outbox;
import io.cts.probereceiver.transfers.TransferStore;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Keeps what is known of each node, and tells the topic when that changed materially. */
@Service
public class NodeRegistry {
  private final NodeStore nodes;
  private final TransferStore transfers;
  private final Outbox outbox;
  private final Clock clock;

  NodeRegistry(NodeStore nodes, TransferStore transfers, Outbox outbox, Clock clock) {
    this.nodes = nodes;
    this.transfers = transfers;
    this.outbox = outbox;
    this.clock = clock;
  }

  public boolean knows(NodeId node) {
    return nodes.has(node);
  }

  Optional<NodeRow> find(NodeId node) {
    return nodes.find(node);
  }

  List<NodeRow> page(@Nullable String after, int limit) {
    return nodes.page(after, limit);
  }

  /**
   * Takes what a node or an operator says; replaces what the same source said before.
   *
   * @throws IllegalArgumentException where it cannot be
   */
  @Transactional
  NodeRow register(NodeId node, StatedProfile said) {
    var now = clock.instant();
    var row = nodes.locked(node, said.engine(), now);
    nodes.say(said.registered(node, row.engine(), now));
    return told(node, EventId.random(), now);
  }

  /** Takes what was seen of nodes; {@code observed} must be stored already. Part of the caller's transaction. */
  void observed(List<TransferObserved> observed) {
    var newest = new TreeMap<NodeId, TransferObserved>(Comparator.comparing(NodeId::value)); // one order of locks
    observed.forEach(transfer -> newest.merge(transfer.node(), transfer,
        BinaryOperator.maxBy(Comparator.comparing(TransferObserved::at))));
    newest.forEach(this::observed);
  }

  private void observed(NodeId node, TransferObserved newest) {
    var now = clock.instant();
    var row = nodes.locked(node, newest.engine(), newest.at());
    var recent = transfers.ofNode(node, now.minus(Facts.VALID));
    var shown = Group.lastShown(recent);
    shown.ifPresent(at -> nodes.shownToBeGroup(node, at));
    if (shown.isPresent() || row.isGroup(now)) {
      nodes.unsay(node, Source.PASSIVE); // what many take at once is no measure of one
    } else {
      PassiveBandwidth.of(recent).ifPresent(seen -> nodes.say(passive(node, newest.engine(), seen)));
    }
    told(node, EventId.after(newest.id(), "node-profiled"), now);
  }

  private static NodeProfile passive(NodeId node, Engine engine, PassiveBandwidth seen) {
    return new NodeProfile(node, engine, Source.PASSIVE, seen.mbps(), seen.isLowerBound(), null, List.of(), null, null,
        null, Facts.confidenceWhenMeasured(Source.PASSIVE, seen.isLowerBound()), seen.until());
  }

  private NodeRow told(NodeId node, EventId id, Instant now) {
    var row = nodes.find(node).orElseThrow();
    var profile = row.facts().merged(node, row.engine(), now);
    if (MaterialChange.isOne(row.published(), row.publishedAt(), profile, now)) {
      outbox.publish(new NodeProfiled(id, now, profile));
      nodes.published(profile, now);
      return nodes.find(node).orElseThrow();
    }
    return row;
  }
}
