package io.cts.feedback.outcomes;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What CTS did for those who pulled, in figures that somebody can check. */
public class Scoreboard {
  private static final int FEWEST_PREDICTIONS = 10;
  private final Transfers transfers;
  private final EvidenceReader evidence;
  private final int fewestPulls;

  Scoreboard(Transfers transfers, EvidenceReader evidence, int fewestPulls) {
    this.transfers = transfers;
    this.evidence = evidence;
    this.fewestPulls = fewestPulls;
  }

  public record Score(
      Instant from,
      Instant to,
      long pulls,
      Savings savings,
      PredictionError predictionError,
      List<Share> byForm,
      List<Share> byEncoding,
      List<NodeClass> byNodeClass,
      WorkTimes workTimes) {}

  /**
   * @param basis {@code predicted}: against what the original was predicted to take; nobody pulled it for comparison
   * @param pulls that were planned and then served in the plan's form
   * @param seconds saved, absent below the number of pulls that says anything
   * @param bytes that did not travel, likewise
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Savings(
      String basis,
      long pulls,
      @Nullable Double seconds,
      @Nullable Double secondsPerPull,
      @Nullable Double secondsShare,
      @Nullable Long bytes,
      @Nullable Double bytesShare,
      @Nullable String note) {}

  /** Of transfers for which a time was predicted and measured: the part of the measured time that was missed. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record PredictionError(
      long transfers,
      @Nullable Double meanAbsolutePercentage,
      @Nullable Double medianAbsolutePercentage,
      @Nullable String note) {}

  public record Share(String name, long pulls, long transfers, long bytes) {}

  /** @param bandwidth of the node when it pulled, in bands; {@code unknown} where no profile tells */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record NodeClass(
      String engine,
      String bandwidth,
      long nodes,
      long pulls,
      long bytes,
      @Nullable Double medianMBps,
      @Nullable Double meanAbsolutePercentageError) {}

  /** What cleaning did to the agents' decode, hand-over and unpack times. */
  public record WorkTimes(int kept, int droppedAsTooShort, int cells, long flaggedAsUnsteady) {}

  public Score between(Instant from, Instant to) {
    var work = evidence.read().work();
    return new Score(from, to, transfers.pulls(from, to), savings(transfers.saved(from, to)),
        predictionError(transfers.errors(from, to)), transfers.byForm(from, to), transfers.byEncoding(from, to),
        transfers.byNodeClass(from, to),
        new WorkTimes(work.kept().size(), work.dropped(), work.cells().size(), work.flaggedCells()));
  }

  private Savings savings(Transfers.Saved saved) {
    var seconds = saved.seconds();
    var bytes = saved.bytes();
    if (saved.pulls() < fewestPulls || seconds == null || bytes == null) {
      return new Savings("predicted", saved.pulls(), null, null, null, null, null,
          "not enough data: " + saved.pulls() + " of " + fewestPulls + " pulls");
    }
    return new Savings("predicted", saved.pulls(), seconds, seconds / saved.pulls(),
        share(seconds, saved.originalSeconds()), bytes, share(bytes, saved.originalBytes()),
        "against what the original was predicted to take; there is no control group");
  }

  private static @Nullable Double share(double part, @Nullable Number whole) {
    return whole != null && whole.doubleValue() > 0 ? part / whole.doubleValue() : null;
  }

  private static PredictionError predictionError(Transfers.Errors errors) {
    return errors.transfers() < FEWEST_PREDICTIONS
        ? new PredictionError(errors.transfers(), null, null,
            "not enough data: " + errors.transfers() + " of " + FEWEST_PREDICTIONS + " predicted and timed transfers")
        : new PredictionError(errors.transfers(), errors.mean(), errors.median(), null);
  }
}
