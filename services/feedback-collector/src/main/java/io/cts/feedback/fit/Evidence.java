package io.cts.feedback.fit;

import io.cts.contract.NodeId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What constants are fitted to.
 *
 * @param work cleaned
 */
public record Evidence(List<TransferSample> transfers, List<RateSample> work) {
  public Evidence {
    transfers = List.copyOf(transfers);
    work = work.stream().filter(sample -> sample.decodedMB() > 0 && sample.seconds() > 0).toList();
  }

  public Set<NodeId> nodes() {
    var nodes = new HashSet<NodeId>();
    transfers.forEach(transfer -> nodes.add(transfer.node()));
    work.forEach(sample -> nodes.add(sample.node()));
    return nodes;
  }

  Evidence of(Predicate<NodeId> wanted) {
    return new Evidence(transfers.stream().filter(transfer -> wanted.test(transfer.node())).toList(),
        work.stream().filter(sample -> wanted.test(sample.node())).toList());
  }

  public int samples() {
    return transfers.size() + work.size();
  }
}
