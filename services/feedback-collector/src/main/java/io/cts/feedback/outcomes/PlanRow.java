package io.cts.feedback.outcomes;

import io.cts.contract.PullPlanned;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;

/** What was predicted for a pull, by its newest plan. */
@Entity
@Table(schema = "feedback", name = "plan")
@SuppressWarnings("UnusedVariable") // queries read what is written here
class PlanRow {
  @Id
  private UUID pull;
  private Instant plannedAt;
  private String engineClass;
  private String form;
  private double predictedSeconds;
  private long predictedBytes;
  private double originalSeconds;
  private long originalBytes;
  private String modelVersion;

  PlanRow() {}

  PlanRow(PullPlanned planned) {
    var plan = planned.plan();
    this.pull = planned.pull().value();
    this.plannedAt = planned.at();
    this.engineClass = planned.engineClass().toString();
    this.form = plan.form().toString();
    this.predictedSeconds = plan.predictedSeconds();
    this.predictedBytes = plan.predictedBytes();
    this.originalSeconds = plan.originalSeconds();
    this.originalBytes = plan.originalBytes();
    this.modelVersion = plan.modelVersion();
  }

  boolean isOlderThan(PlanRow other) {
    return plannedAt.isBefore(other.plannedAt);
  }
}
