package io.cts.cost;

import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import io.cts.contract.Form;
import io.cts.contract.Plan;
import io.cts.contract.Plan.Prediction;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A plan and all that it was chosen from.
 *
 * @param bandwidthMeasured whether the seconds rest on a bandwidth that was measured or stated, of the node or its class; where not, they are
 *     those of the geometric middle of the range that the plan's reason names, fit to compare and not to be taken as a
 *     prediction
 * @param forms every form, with the best that it could do
 * @param layers every alternative of every layer
 */
public record Planned(
    Plan plan,
    boolean bandwidthMeasured,
    List<FormOption> forms,
    List<LayerTable> layers) {

  /**
   * @param seconds absent where the form is not open to this pull
   * @param note why it is not open, or what spoke against it; absent where only the numbers do
   */
  public record FormOption(
      Form form,
      @Nullable Double seconds,
      @Nullable Long bytes,
      @Nullable String note) {}

  public record LayerTable(Digest layer, Digest diffId, List<Row> rows) {
    public LayerTable {
      rows = List.copyOf(rows);
    }
  }

  /**
   * @param there whether CTS could serve it now
   * @param heldBack whether it was left out for being possibly slower than what the upstream sends, on a link that is
   *     not known well enough
   */
  public record Row(
      Form form,
      Encoding encoding,
      Prediction predicted,
      boolean there,
      boolean heldBack) {}

  public Planned {
    forms = List.copyOf(forms);
    layers = List.copyOf(layers);
  }
}
