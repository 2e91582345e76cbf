package io.cts.cost;

import io.cts.contract.Encoding;
import io.cts.contract.Form;
import io.cts.contract.Plan.Alternative;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;

/** Chooses forms and encodings by what they cost. Holds nothing but constants; any thread may use it. */
public final class Planner {
  private final CostConstants constants;

  public Planner(CostConstants constants) {
    this.constants = constants;
  }

  /** Names the constants in plans and transfers. */
  public String modelVersion() {
    return constants.version;
  }

  /** The constants that this planner plans with. */
  public CostConstants constants() {
    return constants;
  }

  /**
   * The nodes that {@code context} may stand for: one at the likeliest bandwidth of its range and, unless that is known for
   * certain, one at the slowest and one at the fastest. Each is known for certain.
   */
  public List<PullContext> mayBe(PullContext context) {
    return Link.certainNodes(constants, context);
  }

  /**
   * The best plan over every form that the engine reads and every encoding of {@code ladder}, whether it is there or
   * would have to be made. An encoding that is not there is a candidate where the layer's samples tell how large it would
   * be. {@link io.cts.contract.Plan#predictedSeconds()} is the time once all that the plan wants is there; what waiting
   * and making cost is in the table.
   */
  public Planned plan(List<LayerState> layers, PullContext context, List<Encoding> ladder) {
    return new Planning(constants, layers, context, ladder, false, EnumSet.allOf(Form.class)).choose();
  }

  /**
   * The best form of an image with what is there now: the original always; plain with any variant, identity included;
   * zstd where each layer has a zstd variant. The plan's encodings are, for the zstd form, the layers to name in the
   * manifest.
   */
  public Planned chooseForm(List<LayerState> layers, PullContext context) {
    return new Planning(constants, layers, context, List.of(), true, EnumSet.allOf(Form.class)).choose();
  }

  /** The upstream's own form, whatever others cost, because {@code why}. */
  public Planned leaveAsIs(List<LayerState> layers, PullContext context, String why) {
    return new Planning(constants, layers, context, List.of(), true, EnumSet.of(Form.ORIGINAL)).leftAsIs(why);
  }

  /**
   * The best encoding for one GET of a layer in plain form, of those that are there and that
   * {@link PullContext#accepts()} names. Identity is always among them; gzip is the upstream's own bytes where the
   * upstream stores gzip.
   */
  public EncodingChoice chooseEncoding(LayerState layer, PullContext context) {
    var planning = new Planning(constants, List.of(layer), context, List.of(), true, EnumSet.of(Form.PLAIN));
    var planned = planning.choose();
    var chosen = planned.plan().layers().getFirst();
    var alternatives = planned.layers()
        .getFirst()
        .rows()
        .stream()
        .filter(row -> row.form() == Form.PLAIN)
        .map(row -> new Alternative(row.form(), row.encoding(), row.predicted()))
        .sorted(Comparator.comparingDouble(alternative -> alternative.predicted().totalSeconds()))
        .toList();
    return new EncodingChoice(chosen.encoding(), chosen.predicted(), planned.bandwidthMeasured(), chosen.reason(),
        alternatives);
  }
}
