package io.cts.contract;

import com.fasterxml.jackson.annotation.JsonValue;
import io.cts.contract.DeltaRequested.Effort;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A blob, or a part of it, went to a node. Published by cache.
 *
 * <p>Topic {@code cts.transfer-observed.v1}. A whole example is {@code src/test/resources/golden/transfer-observed.json}.
 *
 * @param manifest the upstream's manifest that the blob was asked for under, where known
 * @param repository upstream and repository
 * @param blob as requested
 * @param diffId where the blob is a layer
 * @param encoding of the bytes on the wire; absent where the blob is no layer or its level is not known
 * @param offset of the first decoded byte asked for
 * @param wireBytes of body that went out
 * @param complete whether all that was asked for went out
 * @param seconds from the first byte of the answer to the last; absent where the kernel sent a file to a node whose link
 *     is known to be fast, so that nobody watched: delivery is then assumed, and tells nothing about the link
 * @param predictedSeconds of the transfer alone; absent where nothing was predicted
 * @param delta how much was done for it, where the layer went out as its difference to others; then it has no encoding
 */
public record TransferObserved(
    EventId id,
    Instant at,
    NodeId node,
    Engine engine,
    PullId pull,
    @Nullable Digest manifest,
    String repository,
    Digest blob,
    @Nullable Digest diffId,
    Form form,
    @Nullable Encoding encoding,
    long offset,
    long wireBytes,
    boolean complete,
    Instant startedAt,
    @Nullable Double seconds,
    Source source,
    @Nullable Double predictedSeconds,
    @Nullable String modelVersion,
    @Nullable Effort delta) implements Event {

  /** One of whole bytes. */
  public TransferObserved(EventId id, Instant at, NodeId node, Engine engine, PullId pull, @Nullable Digest manifest,
      String repository, Digest blob, @Nullable Digest diffId, Form form, @Nullable Encoding encoding, long offset,
      long wireBytes, boolean complete, Instant startedAt, @Nullable Double seconds, Source source,
      @Nullable Double predictedSeconds, @Nullable String modelVersion) {
    this(id, at, node, engine, pull, manifest, repository, blob, diffId, form, encoding, offset, wireBytes, complete,
        startedAt, seconds, source, predictedSeconds, modelVersion, null);
  }

  /** Where the bytes came from. */
  public enum Source {
    MEMORY("memory"), DISK("disk"), UPSTREAM("upstream");

    private final String text;

    Source(String text) {
      this.text = text;
    }

    @Override
    @JsonValue
    public String toString() {
      return text;
    }
  }

  @Override
  public String key() {
    return node.toString();
  }
}
