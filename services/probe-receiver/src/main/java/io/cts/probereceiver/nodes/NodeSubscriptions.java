package io.cts.probereceiver.nodes;

import io.cts.contract.Topics;
import io.cts.contract.TransferObserved;
import io.cts.messaging.Subscriptions;
import io.cts.probereceiver.transfers.TransferStore;
import java.util.List;
import org.springframework.context.annotation.Configuration;

/** What is seen of nodes without their doing. */
@Configuration(proxyBeanMethods = false)
class NodeSubscriptions {
  private final TransferStore transfers;
  private final NodeRegistry registry;

  NodeSubscriptions(Subscriptions subscriptions, TransferStore transfers, NodeRegistry registry) {
    this.transfers = transfers;
    this.registry = registry;
    subscriptions.observations(Topics.TRANSFER_OBSERVED, this::transferred);
  }

  private void transferred(List<TransferObserved> observed) {
    transfers.add(observed);
    registry.observed(observed);
  }
}
