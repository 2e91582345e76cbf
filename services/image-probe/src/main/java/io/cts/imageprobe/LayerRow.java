package io.cts.imageprobe;

import io.cts.contract.Digest;
import io.cts.contract.LayerFeatures;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What is known of a stored layer, which is read once ever. */
@Entity
@Table(name = "layers")
@SuppressWarnings("UnusedVariable") // queries read and write most of it
class LayerRow {
  @Id
  private String digest;
  private long storedBytes;
  @Enumerated(EnumType.STRING)
  private LayerState state;
  private int attempts;
  private @Nullable UUID heldBy;
  private Instant nextAt;
  @Convert(converter = FeaturesText.class)
  private @Nullable LayerFeatures features;
  private @Nullable String cause;
  private boolean lasting;
  private Instant changedAt;

  LayerRow() {}

  Digest digest() {
    return Digest.parse(digest);
  }

  /** Times that reading it began. */
  int attempts() {
    return attempts;
  }

  /** It is now in a process's hands until {@code until}. */
  LayerRow taken(UUID process, Instant now, Instant until) {
    state = LayerState.READING;
    attempts++;
    heldBy = process;
    nextAt = until;
    changedAt = now;
    return this;
  }
}
