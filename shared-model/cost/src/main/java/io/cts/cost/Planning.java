package io.cts.cost;

import static java.util.Comparator.comparingDouble;

import io.cts.contract.CodecFamily;
import io.cts.contract.Encoding;
import io.cts.contract.Form;
import io.cts.contract.Objective;
import io.cts.contract.Plan;
import io.cts.contract.Plan.Alternative;
import io.cts.contract.Plan.LayerPlan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The work of one plan. */
final class Planning {
  private static final double MEGA = 1e6;
  /** Weights of bytes against seconds that the search for the knee tries: 2^-8 to 2^8 times what the link costs. */
  private static final int KNEE_SWEEP = 8;

  private static final Comparator<Candidate> AMONG_EQUALS = Comparator.comparing(Candidate::there)
      .reversed()
      .thenComparingLong(Candidate::bytes)
      .thenComparingDouble(candidate -> candidate.arrivalSeconds()[0]);
  private static final Score QUICKEST = (candidate, _) -> candidate.arrivalSeconds()[0];
  private static final Score SMALLEST = (candidate, _) -> candidate.bytes();
  /** On a link that is not known: how many times the best it takes where that link suits it least. */
  private static final Score LEAST_REGRET = (candidate, best) -> {
    var worst = 0.0;
    for (var point = 0; point < best.length; point++) {
      worst = Math.max(worst, ratio(candidate.totalSeconds(point), best[point]));
    }
    return worst;
  };

  private final CostConstants constants;
  private final List<LayerState> layers;
  private final PullContext context;
  private final Set<Form> forms;
  private final Link.Range link;
  private final double[] setupSeconds;
  private final List<List<Candidate>> candidates;
  private final Option original;

  /**
   * @param thereOnly whether only what CTS could serve now counts
   * @param forms that may be chosen
   */
  Planning(CostConstants constants, List<LayerState> layers, PullContext context, List<Encoding> ladder,
      boolean thereOnly, Set<Form> forms) {
    this.constants = constants;
    this.layers = layers;
    this.context = context;
    this.forms = forms;
    var engineStreams = constants.engine(context.engineClass()).streams();
    var costs = new LayerCosts(constants, context, streams(layers, engineStreams));
    this.link = costs.link();
    var rounds = Math.ceil(layers.size() / engineStreams);
    this.setupSeconds = new double[link.points().length];
    for (var point = 0; point < setupSeconds.length; point++) {
      setupSeconds[point] = rounds * link.points()[point].setupSeconds();
    }
    this.candidates = layers.stream().map(layer -> costs.of(layer, ladder, thereOnly)).toList();
    this.original = Option.of(Form.ORIGINAL, candidates.stream().map(List::getFirst).toList());
  }

  /** Layers under way at once on average: fewer than the engine opens where one layer outweighs the others. */
  static double streams(List<LayerState> layers, double engineStreams) {
    var total = 0L;
    var largest = 0L;
    for (var layer : layers) {
      total += layer.features().sizeBytes();
      largest = Math.max(largest, layer.features().sizeBytes());
    }
    return largest == 0 ? 1 : Math.max(1, Math.min(engineStreams, total / (double) largest));
  }

  Planned choose() {
    var best = new EnumMap<Form, Option>(Form.class);
    var notes = new EnumMap<Form, String>(Form.class);
    var open = new ArrayList<Option>();
    for (var form : Form.values()) {
      if (!forms.contains(form)) {
        continue;
      }
      var found = readable(form) ? options(form) : List.<Option>of();
      if (found.isEmpty()) {
        notes.put(form, closed(form));
        continue;
      }
      var bestOfForm = context.objective() == Objective.BALANCED ? knee(found) : found.getFirst();
      best.put(form, bestOfForm);
      var allowed = found.stream().filter(option -> heldBack(option) == null).toList();
      if (allowed.isEmpty()) {
        notes.put(form, String.valueOf(heldBack(bestOfForm)));
      }
      open.addAll(allowed);
    }
    var chosen = choose(open);
    best.put(chosen.form(), chosen);
    return planned(chosen, best, notes, Sentences.plan(context, link, this, chosen, original, best, notes));
  }

  Planned leftAsIs(String why) {
    return planned(original, Map.of(Form.ORIGINAL, original), Map.of(),
        "left as the upstream sends it, because " + why);
  }

  private Option choose(List<Option> open) {
    return switch (context.objective()) {
      case LATENCY ->
        open.stream()
            .min(comparingDouble(link.certain() ? this::cost : option -> worstRatio(option, open)))
            .orElse(original);
      case EGRESS ->
        open.stream().min(Comparator.comparingLong(Option::bytes).thenComparingDouble(this::cost)).orElse(original);
      case BALANCED -> open.isEmpty() ? original : knee(open);
    };
  }

  /** What is minimised in seconds: the time to ready and what waiting and making cost. */
  private double cost(Option option) {
    return cost(option, 0);
  }

  private double cost(Option option, int point) {
    return option.seconds(point, setupSeconds[point], true);
  }

  /** How many times the best of {@code others} it takes, at that point of the link's range that suits it least. */
  private double worstRatio(Option option, List<Option> others) {
    var worst = 0.0;
    for (var point = 0; point < setupSeconds.length; point++) {
      var best = Double.POSITIVE_INFINITY;
      for (var other : others) {
        best = Math.min(best, cost(other, point));
      }
      worst = Math.max(worst, ratio(cost(option, point), best));
    }
    return worst;
  }

  /** Predicted seconds once all that {@code option} wants is there. */
  double seconds(Option option) {
    return option.seconds(0, setupSeconds[0], false);
  }

  /** What {@code form} can do: for latency and egress its best, for balanced the candidates for the knee. */
  private List<Option> options(Form form) {
    var open = new ArrayList<Open>(layers.size());
    for (var ofLayer : candidates) {
      var baseline = baseline(form, ofLayer);
      var left = new ArrayList<Candidate>(ofLayer.size());
      for (var candidate : ofLayer) {
        if (candidate.form() == form && !heldBack(candidate, baseline)) {
          left.add(candidate);
        }
      }
      if (left.isEmpty()) {
        return List.of();
      }
      open.add(new Open(left, best(left)));
    }
    return switch (context.objective()) {
      case LATENCY -> List.of(option(form, open, link.certain() ? QUICKEST : LEAST_REGRET));
      case EGRESS -> List.of(option(form, open, SMALLEST));
      case BALANCED -> {
        var found = new ArrayList<Option>();
        found.add(option(form, open, QUICKEST));
        for (var step = -KNEE_SWEEP; step <= KNEE_SWEEP; step++) {
          var secondsPerByte = Math.pow(2, step) / link.points()[0].megabytesPerSecond() / MEGA;
          found.add(
              option(form, open, (candidate, _) -> candidate.arrivalSeconds()[0] + secondsPerByte * candidate.bytes()));
        }
        found.add(option(form, open, SMALLEST));
        yield found;
      }
    };
  }

  /**
   * What may be chosen of one layer in one form.
   *
   * @param best the least total at each point of the link's range
   */
  private record Open(List<Candidate> candidates, double[] best) {}

  private double[] best(List<Candidate> open) {
    var best = new double[setupSeconds.length];
    for (var point = 0; point < best.length; point++) {
      best[point] = Double.POSITIVE_INFINITY;
      for (var candidate : open) {
        best[point] = Math.min(best[point], candidate.totalSeconds(point));
      }
    }
    return best;
  }

  /** The image with the candidate of least score for each layer. */
  private static Option option(Form form, List<Open> open, Score score) {
    var chosen = new ArrayList<Candidate>(open.size());
    for (var layer : open) {
      var least = layer.candidates().getFirst();
      var leastScore = score.of(least, layer.best());
      for (var candidate : layer.candidates()) {
        var itsScore = score.of(candidate, layer.best());
        if (itsScore < leastScore || itsScore == leastScore && AMONG_EQUALS.compare(candidate, least) < 0) {
          least = candidate;
          leastScore = itsScore;
        }
      }
      chosen.add(least);
    }
    return Option.of(form, chosen);
  }

  /** What a choice among the candidates of one layer in one form minimises. */
  private interface Score {
    /** @param best the least total at each point of the link's range */
    double of(Candidate candidate, double[] best);
  }

  /** What a layer costs without any cleverness: the original; in plain form the upstream's own bytes, or identity. */
  private Candidate baseline(Form form, List<Candidate> ofLayer) {
    var own = ofLayer.getFirst();
    if (form != Form.PLAIN) {
      return own;
    }
    Candidate identity = null;
    for (var candidate : ofLayer) {
      if (candidate.form() == Form.PLAIN) {
        if (candidate.encoding().equals(own.encoding())) {
          return candidate;
        }
        if (candidate.encoding().family() == CodecFamily.IDENTITY) {
          identity = candidate;
        }
      }
    }
    return identity == null ? own : identity;
  }

  /** Egress is certain: bytes do not depend on the link. Seconds are not, so the baseline is left only for a sure gain. */
  private boolean heldBack(Candidate candidate, Candidate baseline) {
    return context.objective() != Objective.EGRESS && !link.certain() && candidate != baseline
        && candidate.mayBeSlowerThan(baseline);
  }

  /** Why the original is not left for {@code option}; absent where it may be chosen. */
  private @Nullable String heldBack(Option option) {
    if (context.objective() == Objective.EGRESS || option.form() == Form.ORIGINAL || !forms.contains(Form.ORIGINAL)
        || !readable(Form.ORIGINAL)) {
      return null;
    }
    for (var point = 1; point < setupSeconds.length; point++) {
      if (cost(option, point) > cost(original, point)) {
        return "might be slower than the original: " + Sentences.uncertainty(link);
      }
    }
    return context.objective() == Objective.LATENCY
        && cost(option) > (1 - constants.planLeastGain) * cost(original)
            ? Sentences.tooLittle(constants.planLeastGain)
            : null;
  }

  /** The option nearest to the corner of least seconds and least bytes, each scaled to what the options span. */
  private Option knee(List<Option> options) {
    var leastSeconds = options.stream().mapToDouble(this::cost).min().orElseThrow();
    var leastBytes = options.stream().mapToLong(Option::bytes).min().orElseThrow();
    // the front's ends: the bytes of the quickest, the seconds of the smallest
    var mostBytes = options.stream()
        .filter(option -> cost(option) <= leastSeconds)
        .mapToLong(Option::bytes)
        .min()
        .orElseThrow();
    var mostSeconds = options.stream()
        .filter(option -> option.bytes() <= leastBytes)
        .mapToDouble(this::cost)
        .min()
        .orElseThrow();
    return options.stream()
        .min(comparingDouble((Option option) -> scaled(cost(option), leastSeconds, mostSeconds)
            + scaled(option.bytes(), leastBytes, mostBytes)).thenComparingDouble(this::cost))
        .orElseThrow();
  }

  private static double ratio(double value, double least) {
    return least > 0 ? value / least : 1;
  }

  private static double scaled(double value, double least, double most) {
    return most > least ? (value - least) / (most - least) : value > least ? Double.POSITIVE_INFINITY : 0;
  }

  private boolean readable(Form form) {
    return LayerCosts.readable(context.engineClass(), form, layers);
  }

  private String closed(Form form) {
    if (!readable(form)) {
      return form == Form.ORIGINAL
          ? context.engineClass() + " does not read the zstd layers that the upstream stores"
          : context.engineClass() + " is not served " + form + " layers";
    }
    return link.certain()
        ? "a layer has no " + form + " variant"
        : "a layer has no " + form + " variant that is sure to gain: " + Sentences.uncertainty(link);
  }

  private Planned planned(Option chosen, Map<Form, Option> best, Map<Form, String> notes, String reason) {
    var formOptions = new ArrayList<Planned.FormOption>();
    for (var form : Form.values()) {
      var option = best.get(form);
      if (option != null || notes.containsKey(form)) {
        formOptions.add(new Planned.FormOption(form, option == null ? null : seconds(option),
            option == null ? null : option.bytes(), notes.get(form)));
      }
    }
    var plans = new ArrayList<LayerPlan>(layers.size());
    var tables = new ArrayList<Planned.LayerTable>(layers.size());
    for (var i = 0; i < layers.size(); i++) {
      var features = layers.get(i).features();
      var ofLayer = candidates.get(i);
      var candidate = chosen.layers().get(i);
      plans.add(new LayerPlan(features.layer(), features.diffId(), candidate.encoding(), candidate.prediction(),
          Sentences.layer(candidate, ofLayer.getFirst()), bestOfEachFamily(ofLayer)));
      tables.add(new Planned.LayerTable(features.layer(), features.diffId(), rows(ofLayer)));
    }
    var plan = new Plan(chosen.form(), plans, seconds(chosen), chosen.bytes(), seconds(original), original.bytes(),
        constants.version, reason);
    return new Planned(plan, link.bandwidthMeasured(), formOptions, tables);
  }

  private List<Planned.Row> rows(List<Candidate> ofLayer) {
    var rows = new ArrayList<Planned.Row>(ofLayer.size());
    for (var candidate : ofLayer) {
      rows.add(new Planned.Row(candidate.form(), candidate.encoding(), candidate.prediction(), candidate.there(),
          heldBack(candidate, baseline(candidate.form(), ofLayer))));
    }
    return rows;
  }

  private static List<Alternative> bestOfEachFamily(List<Candidate> ofLayer) {
    var best = new ArrayList<Candidate>();
    for (var candidate : ofLayer) {
      var same = -1;
      for (var i = 0; i < best.size() && same < 0; i++) {
        if (best.get(i).form() == candidate.form()
            && best.get(i).encoding().family() == candidate.encoding().family()) {
          same = i;
        }
      }
      if (same < 0) {
        best.add(candidate);
      } else if (candidate.totalSeconds(0) < best.get(same).totalSeconds(0)) {
        best.set(same, candidate);
      }
    }
    return best.stream().map(each -> new Alternative(each.form(), each.encoding(), each.prediction())).toList();
  }
}
