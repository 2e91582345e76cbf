package io.cts.feedback.outcomes;

import io.cts.contract.PullReported;
import jakarta.persistence.CollectionTable;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Entity;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.OrderColumn;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A pull as an agent reported it. */
@Entity
@Table(schema = "feedback", name = "report")
@SuppressWarnings("UnusedVariable") // queries read what is written here
class ReportRow extends ObservedRow {
  private Instant at;
  private UUID pull;
  private String node;
  private String form;
  private double totalSeconds;
  @ElementCollection
  @CollectionTable(schema = "feedback", name = "report_layer", joinColumns = @JoinColumn(name = "event_id"))
  @OrderColumn(name = "ordinal")
  private List<Layer> layers;

  /** A layer that travelled. */
  @Embeddable
  record Layer(
      String diffId,
      String encoding,
      long wireBytes,
      double wireSeconds,
      @Nullable Double decodeSeconds,
      @Nullable Double handOverSeconds) {

    static Layer of(PullReported.LayerReport layer) {
      return new Layer(layer.diffId().toString(), layer.encoding().toString(), layer.wireBytes(), layer.wireSeconds(),
          layer.decodeSeconds(), layer.handOverSeconds());
    }
  }

  ReportRow() {}

  ReportRow(PullReported report) {
    super(report);
    this.at = report.at();
    this.pull = report.pull().value();
    this.node = report.node().value();
    this.form = report.form().toString();
    this.totalSeconds = report.totalSeconds();
    this.layers = report.layers().stream().map(Layer::of).toList();
  }
}
