package io.cts.feedback.weights;

import io.cts.contract.WeightsPublished;
import io.cts.feedback.fit.HeldOut;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Weights that were published. */
@Entity
@Table(schema = "weights", name = "version")
@SuppressWarnings("UnusedVariable") // some columns are for people who look into the table
class VersionRow {
  @Id
  private long number;
  private String version;
  @Convert(converter = PublishedText.class)
  private WeightsPublished event;
  private long samples;
  private double errorAfter;
  private @Nullable Double errorBefore;
  private @Nullable Integer nodes;
  private String reason;
  private Instant publishedAt;

  VersionRow() {}

  /** @param heldOut absent for weights that were found on their topic only */
  VersionRow(long number, WeightsPublished published, @Nullable HeldOut heldOut) {
    this.number = number;
    this.version = published.weights().version();
    this.event = published;
    this.samples = published.weights().samples();
    this.errorAfter = published.meanAbsolutePercentageError();
    this.errorBefore = heldOut == null ? null : heldOut.before();
    this.nodes = heldOut == null ? null : heldOut.nodes();
    this.reason = published.reason();
    this.publishedAt = published.at();
  }

  long number() {
    return number;
  }

  WeightsPublished published() {
    return event;
  }

  /** Held-out error of the weights before. */
  @Nullable
  Double errorBefore() {
    return errorBefore;
  }

  /** That the error was found with. */
  @Nullable
  Integer nodes() {
    return nodes;
  }
}
