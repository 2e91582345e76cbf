package io.cts.feedback.weights;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.cts.contract.Weights;
import io.cts.cost.CostConstants;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The models as {@code GET /v1/models} tells of them. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ModelsView(String serves, List<Version> versions, @Nullable Attempt lastRefit) {

  /**
   * Constants that serve, did, or were built in.
   *
   * @param samples how many measurements they were fitted to
   * @param heldOut absent for the built-in ones, which nobody scored here
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Version(
      String version,
      String model,
      boolean serves,
      @Nullable Instant publishedAt,
      long samples,
      @Nullable HeldOut heldOut,
      String reason,
      List<Constant> constants) {}

  /** Mean absolute percentage errors on nodes that a fit had not seen, 0.04 for 4 %. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record HeldOut(double error, @Nullable Double errorBefore, @Nullable Integer nodes) {}

  public record Constant(String name, double value, String unit, double builtIn) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Attempt(
      Instant at,
      String outcome,
      String reason,
      @Nullable Double errorBefore,
      @Nullable Double errorAfter) {}

  /** @param stored the one that serves first */
  static ModelsView of(List<VersionRow> stored, Optional<AttemptRow> lastRefit) {
    var builtIn = CostConstants.BUILT_IN.weights();
    var versions = new ArrayList<Version>();
    for (var version : stored) {
      var published = version.published();
      versions.add(new Version(published.weights().version(), published.weights().model(), versions.isEmpty(),
          published.at(), published.weights().samples(),
          new HeldOut(published.meanAbsolutePercentageError(), version.errorBefore(), version.nodes()),
          published.reason(), constants(published.weights(), builtIn.constants())));
    }
    versions.add(new Version(builtIn.version(), builtIn.model(), versions.isEmpty(), null, 0, null,
        "Built in; measured once, elsewhere.", constants(builtIn, builtIn.constants())));
    return new ModelsView(versions.getFirst().version(), versions, lastRefit.map(AttemptRow::view).orElse(null));
  }

  private static List<Constant> constants(Weights weights, Map<String, Double> builtIn) {
    var constants = new ArrayList<Constant>();
    CostConstants.of(weights)
        .weights()
        .constants()
        .forEach((name, value) -> constants
            .add(new Constant(name, value, Unit.of(name), builtIn.getOrDefault(name, Double.NaN))));
    return constants;
  }
}
