package io.cts.probereceiver.transfers;

import io.cts.contract.DeltaRequested.Effort;
import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import io.cts.contract.Engine;
import io.cts.contract.NodeId;
import io.cts.contract.TransferObserved;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A blob, or a part of it, that went to a node.
 *
 * @param offset of the first decoded byte asked for; absent where it was not kept
 * @param seconds from the first byte to the last; absent where nobody watched the clock
 * @param delta how much was done for it, where it was a layer's difference to others
 * @param endedAt the same as {@code startedAt} where {@code seconds} is absent
 */
public record Transfer(
    NodeId node,
    Engine engine,
    Digest blob,
    @Nullable Digest diffId,
    @Nullable Encoding encoding,
    @Nullable Long offset,
    long wireBytes,
    boolean complete,
    Instant startedAt,
    Instant endedAt,
    @Nullable Double seconds,
    TransferObserved.Source source,
    @Nullable Double predictedSeconds,
    @Nullable Effort delta) {

  /** Of a blob's bytes from the first on, not as a delta. */
  public Transfer(NodeId node, Engine engine, Digest blob, @Nullable Digest diffId, @Nullable Encoding encoding,
      long wireBytes, boolean complete, Instant startedAt, Instant endedAt, @Nullable Double seconds,
      TransferObserved.Source source, @Nullable Double predictedSeconds) {
    this(node, engine, blob, diffId, encoding, 0L, wireBytes, complete, startedAt, endedAt, seconds, source,
        predictedSeconds, null);
  }

  /** Whether a part of the time was the same. */
  public boolean overlaps(Transfer other) {
    return startedAt.isBefore(other.endedAt) && other.startedAt.isBefore(endedAt);
  }
}
