package io.cts.feedback.weights;

import io.cts.feedback.fit.HeldOut;
import io.cts.feedback.fit.Refit;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** An attempt to find better weights. */
@Entity
@Table(schema = "weights", name = "attempt")
class AttemptRow {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  private @Nullable Long id;
  private Instant at;
  private String outcome;
  private String reason;
  private @Nullable Double errorBefore;
  private @Nullable Double errorAfter;

  AttemptRow() {}

  AttemptRow(Instant at, Refit refit) {
    this.at = at;
    this.reason = refit.reason();
    this.outcome = switch (refit) {
      case Refit.Better _ -> "better";
      case Refit.Worse _ -> "worse";
      case Refit.Same _ -> "same";
      case Refit.NotEnough _ -> "not enough data";
    };
    var heldOut = heldOut(refit);
    this.errorBefore = heldOut == null ? null : heldOut.before();
    this.errorAfter = heldOut == null ? null : heldOut.after();
  }

  private static @Nullable HeldOut heldOut(Refit refit) {
    return switch (refit) {
      case Refit.Better better -> better.heldOut();
      case Refit.Worse worse -> worse.heldOut();
      case Refit.Same same -> same.heldOut();
      case Refit.NotEnough _ -> null;
    };
  }

  ModelsView.Attempt view() {
    return new ModelsView.Attempt(at, outcome, reason, errorBefore, errorAfter);
  }
}
