package io.cts.probereceiver.nodes;

import io.cts.contract.TransferObserved;
import io.cts.probereceiver.transfers.Transfer;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * How fast a node's link is, told from the transfers that went to it: its concurrent bytes over the time in which any
 * of them ran that the sender's buffer does not hold. One that fits into it, such as an agent's range, is written at the
 * speed of memory, whatever the link.
 *
 * @param mbps megabits of body per second
 * @param isLowerBound whether the link may be faster: too little was seen, or not all that shared it is known
 * @param until the end of the newest transfer that counted
 */
record PassiveBandwidth(double mbps, boolean isLowerBound, Instant until) {
  /** Shorter busy time is ruled by slow start and by buffers, and gives a lower bound only. */
  static final Duration ENOUGH = Duration.ofSeconds(2);

  /** Transfers that ended longer than this before the newest tell of another time. */
  static final Duration WINDOW = Duration.ofMinutes(10);

  /**
   * What may still lie in the sender's buffer when the last write returns: Linux's default maximum of a socket's send
   * buffer (tcp(7), tcp_wmem). Bytes beyond it are known to have been received.
   */
  static final long SEND_BUFFER_BYTES = 4L << 20;

  /** Empty where the transfers say nothing of the link. */
  static Optional<PassiveBandwidth> of(List<Transfer> transfers) {
    var timed = transfers.stream()
        .filter(transfer -> transfer.seconds() != null && transfer.seconds() > 0)
        .sorted(Comparator.comparing(Transfer::startedAt))
        .toList();
    var newest = timed.stream().map(Transfer::endedAt).max(Comparator.naturalOrder());
    if (newest.isEmpty()) {
      return Optional.empty();
    }
    var recent = timed.stream().filter(transfer -> transfer.endedAt().isAfter(newest.get().minus(WINDOW))).toList();
    var received = recent.stream().filter(PassiveBandwidth::isReceivedAtTheLinksSpeed).toList();
    var outlasting = received.stream().filter(transfer -> transfer.wireBytes() > SEND_BUFFER_BYTES).toList();
    var busy = busy(outlasting);
    if (busy.compareTo(ENOUGH) >= 0) {
      var bytes = received.stream()
          .filter(transfer -> outlasting.stream().anyMatch(transfer::overlaps))
          .mapToLong(Transfer::wireBytes)
          .sum();
      var alone = recent.stream()
          .filter(transfer -> !isReceivedAtTheLinksSpeed(transfer))
          .noneMatch(other -> outlasting.stream().anyMatch(other::overlaps));
      return rate(bytes, busy, !alone, newest.get());
    }
    var bytes = recent.stream().mapToLong(transfer -> Math.max(0, transfer.wireBytes() - SEND_BUFFER_BYTES)).sum();
    return rate(bytes, busy(recent), true, newest.get());
  }

  /** A cut transfer may have lost its end on the way, and one that streams through is as slow as the upstream. */
  private static boolean isReceivedAtTheLinksSpeed(Transfer transfer) {
    return transfer.complete() && transfer.source() != TransferObserved.Source.UPSTREAM;
  }

  private static Optional<PassiveBandwidth> rate(long bytes, Duration busy, boolean isLowerBound, Instant until) {
    var mbps = bytes * 8 / 1e6 / (busy.toNanos() / 1e9);
    return bytes > 0 && !busy.isZero()
        ? Optional.of(new PassiveBandwidth(mbps, isLowerBound, until))
        : Optional.empty();
  }

  /** The time covered by {@code transfers}, which are in the order of their start; what overlaps counts once. */
  private static Duration busy(List<Transfer> transfers) {
    var busy = Duration.ZERO;
    var covered = Instant.MIN;
    for (var transfer : transfers) {
      var from = transfer.startedAt().isAfter(covered) ? transfer.startedAt() : covered;
      if (transfer.endedAt().isAfter(from)) {
        busy = busy.plus(Duration.between(from, transfer.endedAt()));
        covered = transfer.endedAt();
      }
    }
    return busy;
  }
}
