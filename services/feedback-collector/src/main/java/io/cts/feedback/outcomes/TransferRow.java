package io.cts.feedback.outcomes;

import io.cts.contract.TransferObserved;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A transfer as cache observed it. */
@Entity
@Table(schema = "feedback", name = "transfer")
@SuppressWarnings("UnusedVariable") // queries read what is written here
class TransferRow extends ObservedRow {
  private String node;
  private String engineClass;
  private UUID pull;
  private @Nullable String diffId;
  private String form;
  private @Nullable String encoding;
  private long byteOffset;
  private long wireBytes;
  private boolean complete;
  private String source;
  private Instant startedAt;
  private @Nullable Double seconds;
  private @Nullable Instant endedAt;
  private @Nullable Double predictedSeconds;
  private @Nullable String modelVersion;

  TransferRow() {}

  TransferRow(TransferObserved transfer) {
    super(transfer);
    this.node = transfer.node().value();
    this.engineClass = transfer.engine().engineClass().toString();
    this.pull = transfer.pull().value();
    this.diffId = transfer.diffId() == null ? null : transfer.diffId().toString();
    this.form = transfer.form().toString();
    this.encoding = transfer.encoding() == null ? null : transfer.encoding().toString();
    this.byteOffset = transfer.offset();
    this.wireBytes = transfer.wireBytes();
    this.complete = transfer.complete();
    this.source = transfer.source().toString();
    this.startedAt = transfer.startedAt();
    this.seconds = transfer.seconds();
    this.endedAt = seconds == null ? null : startedAt.plusNanos((long) (seconds * 1e9));
    this.predictedSeconds = transfer.predictedSeconds();
    this.modelVersion = transfer.modelVersion();
  }
}
