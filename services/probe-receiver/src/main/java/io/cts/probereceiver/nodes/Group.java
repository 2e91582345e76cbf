package io.cts.probereceiver.nodes;

import io.cts.probereceiver.transfers.Transfer;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Several machines that come under one key, behind an address translator or with one secret. It shows where the same
 * blob goes out whole twice at a time: an engine asks for a blob once.
 */
final class Group {
  /** An image may hold a layer of next to nothing several times, and engines may ask for each. */
  static final long LEAST_BYTES = 1L << 20;

  private Group() {}

  /** When {@code transfers} to one key last showed that it is a group. */
  static Optional<Instant> lastShown(List<Transfer> transfers) {
    var whole = transfers.stream().filter(Group::isWhole).toList();
    return whole.stream()
        .filter(one -> whole.stream().anyMatch(other -> one != other && isTheSameAtTheSameTime(one, other)))
        .map(Transfer::endedAt)
        .max(Comparator.naturalOrder());
  }

  /** A cut one may still lie in the sender's buffer when the engine has begun again. */
  private static boolean isWhole(Transfer transfer) {
    return transfer.offset() != null && transfer.offset() == 0 && transfer.complete()
        && transfer.wireBytes() >= LEAST_BYTES;
  }

  private static boolean isTheSameAtTheSameTime(Transfer one, Transfer other) {
    return one.blob().equals(other.blob()) && one.overlaps(other);
  }
}
