package io.cts.feedback.fit;

import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * Cleans measured work times: those under 10 ms tell more of the clock than of the codec and are dropped; repetitions
 * that differ too much are flagged, not hidden. Transfers are never cleaned so: on a link, short and unsteady is how it is.
 *
 * @param kept all that were long enough, flagged or not
 * @param dropped how many were too short
 * @param cells the kept ones by what was repeated
 */
public record Cleaning(List<RateSample> kept, int dropped, List<Cell> cells) {
  /** Seconds below which a measured time is dropped. */
  public static final double SHORTEST_SECONDS = 0.010;
  /** Coefficient of variation above which a cell is flagged. */
  public static final double STEADY = 0.15;

  /**
   * The same work, repeated.
   *
   * @param variation the coefficient of variation of the seconds; 0 for what was done once
   */
  public record Cell(
      String constant,
      String nodeClass,
      Digest layer,
      Encoding encoding,
      int repetitions,
      double medianMBps,
      double variation) {

    public boolean flagged() {
      return variation > STEADY;
    }
  }

  private record What(String constant, String nodeClass, Digest layer, Encoding encoding) {}

  public Cleaning {
    kept = List.copyOf(kept);
    cells = List.copyOf(cells);
  }

  public static Cleaning of(List<RateSample> measured) {
    var kept = measured.stream().filter(sample -> sample.seconds() >= SHORTEST_SECONDS).toList();
    var byWhat = new LinkedHashMap<What, List<RateSample>>();
    for (var sample : kept) {
      var what = new What(sample.constant(), sample.nodeClass(), sample.layer(), sample.encoding());
      byWhat.computeIfAbsent(what, _ -> new ArrayList<>()).add(sample);
    }
    var cells = new ArrayList<Cell>();
    byWhat.forEach((what, samples) -> cells.add(new Cell(what.constant(), what.nodeClass(), what.layer(),
        what.encoding(), samples.size(), Statistics.median(samples.stream().mapToDouble(RateSample::mbps)),
        Statistics.variation(samples.stream().mapToDouble(RateSample::seconds)))));
    return new Cleaning(kept, measured.size() - kept.size(), cells);
  }

  public long flaggedCells() {
    return cells.stream().filter(Cell::flagged).count();
  }
}
