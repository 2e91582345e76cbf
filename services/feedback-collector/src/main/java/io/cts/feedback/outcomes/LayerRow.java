package io.cts.feedback.outcomes;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** How large a layer is, decoded and as its upstream has it. */
@Entity
@Table(schema = "feedback", name = "layer")
@SuppressWarnings("UnusedVariable") // queries read what is written here
class LayerRow {
  @Id
  private String diffId;
  private long sizeBytes;
  private long storedSizeBytes;
  private Instant seenAt;

  LayerRow() {}
}
