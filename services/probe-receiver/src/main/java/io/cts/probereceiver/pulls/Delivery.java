package io.cts.probereceiver.pulls;

import io.cts.contract.Digest;
import io.cts.probereceiver.transfers.Transfer;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;

/**
 * What went out for one pull.
 *
 * @param transfers in any order
 */
record Delivery(List<Transfer> transfers) {
  /** Nobody asks for another blob of an image after so long a pause. */
  static final Duration IDLE = Duration.ofSeconds(60);

  /**
   * Whether {@code pull} is over at {@code now}: every blob that was asked for was delivered, and nothing moved for a
   * minute. A transfer is heard of when it ends; so while layers are missing, one of them may be on its way, and twice
   * the time that the plan predicts for the whole image passes before they count as held.
   */
  boolean isOver(PullStory pull, Instant now) {
    var last = transfers.stream().map(Transfer::endedAt).max(Comparator.naturalOrder());
    if (last.isEmpty() || !isEachBlobDelivered()) {
      return false;
    }
    var pause = IDLE;
    if (pull.planned() != null && !hasEachLayer(pull)) {
      pause = pause.plusMillis(Math.round(2000 * pull.planned().plan().predictedSeconds()));
    }
    return !last.get().plus(pause).isAfter(now);
  }

  /** A cut transfer is made good by a later one: engines resume, or ask again. */
  boolean isEachBlobDelivered() {
    var newest = new HashMap<Digest, Transfer>();
    transfers.forEach(transfer -> newest.merge(transfer.blob(), transfer,
        (one, other) -> other.startedAt().isBefore(one.startedAt()) ? one : other));
    return newest.values().stream().allMatch(Transfer::complete);
  }

  private boolean hasEachLayer(PullStory pull) {
    var sent = new HashSet<Digest>();
    for (var transfer : transfers) {
      sent.add(transfer.blob());
      if (transfer.diffId() != null) {
        sent.add(transfer.diffId());
      }
    }
    return LayerView.of(pull, List.of())
        .stream()
        .allMatch(layer -> sent.contains(layer.layer())
            || (layer.diffId() != null && sent.contains(layer.diffId())));
  }
}
