package io.cts.cost;

import static org.assertj.core.api.Assertions.assertThat;

import io.cts.contract.CodecFamily;
import io.cts.contract.Encoding;
import io.cts.contract.Engine;
import io.cts.contract.Form;
import io.cts.contract.NodeProfile;
import io.cts.contract.Objective;
import io.cts.contract.Plan;
import io.cts.contract.Plan.LayerPlan;
import io.cts.contract.Weights;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.TestInfo;

/** What holds for any image and any node. Each repetition has inputs of its own, all of them made from one seed. */
class PlannerPropertiesTest {
  private static final long SEED = Long.getLong("cts.seed", System.nanoTime());
  private static final List<String> ENGINES = List.of("docker-20.10.24", "docker-28.5.2", "containerd-1.6.20",
      "containerd-2.1.9", "containers-5.23.1", "cts-agent-0.1.0", "oras-1.0");
  /** Without the 2 % that another form must gain, which would hide the exact order. */
  private static final CostConstants ANY_GAIN = CostConstants
      .of(new Weights("analytic-test", "analytic", Map.of(CostConstants.PLAN_LEAST_GAIN, 0.0), 0));
  private final Planner exact = new Planner(ANY_GAIN);
  private final Planner planner = new Planner(CostConstants.BUILT_IN);
  private SplittableRandom random = new SplittableRandom();

  @BeforeAll
  static void print_the_seed() {
    System.out.println("inputs are made from -Dcts.seed=" + SEED);
  }

  @BeforeEach
  void begin_with_inputs_of_its_own(TestInfo test) {
    random = new SplittableRandom(
        SEED + (test.getTestMethod().orElseThrow().getName() + test.getDisplayName()).hashCode());
  }

  private PullContext any(Objective objective, @Nullable Double confidence) {
    var engine = Engine.parse(ENGINES.get(random.nextInt(ENGINES.size())));
    return any(engine, objective, confidence, Math.pow(10, random.nextDouble(0, 4.5)));
  }

  private PullContext any(Engine engine, Objective objective, @Nullable Double confidence, double mbps) {
    var profile = confidence == null
        ? null
        : new NodeProfile(Layers.node("x-1", null, null).node(), engine, NodeProfile.Source.PASSIVE, mbps, false,
            random.nextBoolean() ? null : random.nextDouble(0, 300), List.of(),
            random.nextBoolean() ? null : random.nextDouble(0.2, 8), null,
            random.nextBoolean() ? null : random.nextDouble(30, 2000), confidence, Layers.NOON);
    var context = PullContext.of(engine, profile, objective);
    return switch (random.nextInt(3)) {
      case 0 -> context;
      case 1 -> context.announcedFor(random.nextInt(1, 100));
      default -> context.expecting(random.nextInt(1, 100), random.nextDouble(0, 60));
    };
  }

  @RepeatedTest(40)
  void the_plan_is_the_best_of_every_combination() {
    var all = Layers.any(random);
    var layers = all.subList(0, Math.min(3, all.size()));
    var context = any(Objective.LATENCY, 1.0);
    var planned = exact.plan(layers, context, Encoding.LADDER);
    var costs = new LayerCosts(ANY_GAIN, context,
        Planning.streams(layers, ANY_GAIN.engine(context.engineClass()).streams()));
    var best = Double.POSITIVE_INFINITY;
    var chosen = Double.NaN;
    for (var form : Form.values()) {
      for (var combination : combinations(layers, costs, form)) {
        var seconds = Option.of(form, combination).seconds(0, 0, true);
        best = Math.min(best, seconds);
        if (form == planned.plan().form() && combination.stream()
            .map(Candidate::encoding)
            .toList()
            .equals(planned.plan().layers().stream().map(LayerPlan::encoding).toList())) {
          chosen = seconds;
        }
      }
    }
    assertThat(chosen).isEqualTo(best); // regret 0
  }

  private static List<List<Candidate>> combinations(List<LayerState> layers, LayerCosts costs, Form form) {
    if (layers.isEmpty()) {
      return List.of(List.of());
    }
    var rest = combinations(layers.subList(1, layers.size()), costs, form);
    var all = new ArrayList<List<Candidate>>();
    for (var candidate : costs.of(layers.getFirst(), Encoding.LADDER, false)) {
      if (candidate.form() == form) {
        for (var tail : rest) {
          var combination = new ArrayList<>(List.of(candidate));
          combination.addAll(tail);
          all.add(combination);
        }
      }
    }
    return all;
  }

  @RepeatedTest(100)
  void each_layer_has_the_least_total_that_its_form_offers() {
    var planned = planner.plan(Layers.any(random), any(Objective.LATENCY, 1.0), Encoding.LADDER);
    for (var i = 0; i < planned.layers().size(); i++) {
      var least = planned.layers()
          .get(i)
          .rows()
          .stream()
          .filter(row -> row.form() == planned.plan().form())
          .mapToDouble(row -> row.predicted().totalSeconds())
          .min()
          .orElseThrow();
      assertThat(planned.plan().layers().get(i).predicted().totalSeconds()).isEqualTo(least);
    }
  }

  @RepeatedTest(100)
  void more_bandwidth_never_makes_a_plan_slower() {
    var layers = Layers.any(random);
    var context = any(Objective.LATENCY, 1.0).announcedFor(1e9); // no wait: it would move seconds out of the prediction
    var slower = Double.POSITIVE_INFINITY;
    for (var mbps = 1.0; mbps < 1e5; mbps *= 1.7) {
      var seconds = exact.plan(layers, with(context, mbps), Encoding.LADDER).plan().predictedSeconds();
      assertThat(seconds).isLessThanOrEqualTo(slower * (1 + 1e-6));
      slower = seconds;
    }
  }

  private static PullContext with(PullContext context, double mbps) {
    var was = Objects.requireNonNull(context.profile());
    return new PullContext(context.engineClass(), context.accepts(),
        new NodeProfile(was.node(), was.engine(), was.source(), mbps, was.bandwidthIsLowerBound(), was.rttMillis(),
            was.decodeRates(), was.cores(), was.memoryBytes(), was.diskWriteMBps(), was.confidence(), was.measuredAt()),
        context.objective(), context.announced(), context.expectedPulls(), context.backlogSeconds());
  }

  @RepeatedTest(100)
  void nothing_is_chosen_that_the_engine_cannot_read() {
    var objective = Objective.values()[random.nextInt(3)];
    var context = any(objective, random.nextInt(3) == 0 ? null : random.nextDouble());
    var layers = Layers.any(random);
    for (var planned : List.of(planner.plan(layers, context, Encoding.LADDER), planner.chooseForm(layers, context))) {
      for (var table : planned.layers()) {
        for (var row : table.rows()) {
          switch (row.form()) {
            case ORIGINAL -> assertThat(row.there()).isTrue();
            case ZSTD -> {
              assertThat(context.engineClass().readsZstdLayers()).isTrue();
              assertThat(row.encoding().family()).isEqualTo(CodecFamily.ZSTD);
            }
            case PLAIN -> assertThat(context.accepts()).contains(row.encoding().family());
          }
        }
      }
    }
    assertThat(context.accepts()).contains(planner.chooseEncoding(layers.getFirst(), context).encoding().family());
  }

  @RepeatedTest(100)
  void a_docker_of_2020_never_gets_zstd_layers_or_zstd_on_the_wire() {
    var context = any(Engine.parse("docker-20.10.24"), Objective.values()[random.nextInt(3)],
        random.nextBoolean() ? null : random.nextDouble(), 100);
    var plan = planner.plan(Layers.any(random), context, Encoding.LADDER).plan();
    assertThat(plan.form()).isNotEqualTo(Form.ZSTD);
    assertThat(plan.layers()).noneMatch(layer -> layer.encoding().family() == CodecFamily.ZSTD);
  }

  @RepeatedTest(100)
  void objectives_keep_their_order_in_bytes_and_in_seconds() {
    var layers = Layers.any(random);
    var latency = any(Objective.LATENCY, 1.0).announcedFor(1e9);
    var plans = new EnumMap<Objective, Plan>(Objective.class);
    for (var objective : Objective.values()) {
      plans.put(objective, exact.plan(layers, new PullContext(latency.engineClass(), latency.accepts(),
          latency.profile(), objective, true, 1e9, 0), Encoding.LADDER).plan());
    }
    var quick = Objects.requireNonNull(plans.get(Objective.LATENCY));
    var small = Objects.requireNonNull(plans.get(Objective.EGRESS));
    var knee = Objects.requireNonNull(plans.get(Objective.BALANCED));
    assertThat(small.predictedBytes()).isLessThanOrEqualTo(knee.predictedBytes());
    assertThat(small.predictedBytes()).isLessThanOrEqualTo(small.originalBytes());
    assertThat(quick.predictedSeconds()).isLessThanOrEqualTo(knee.predictedSeconds() * (1 + 1e-6));
    assertThat(quick.predictedSeconds()).isLessThanOrEqualTo(quick.originalSeconds() * (1 + 1e-6));
    assertThat(knee.predictedBytes()).isLessThanOrEqualTo(Math.max(quick.predictedBytes(), knee.originalBytes()));
  }

  @RepeatedTest(100)
  void caution_never_loses_anywhere_in_the_range() {
    var layers = Layers.any(random);
    var engine = Engine.parse(ENGINES.get(random.nextInt(ENGINES.size())));
    var context = PullContext.of(engine, null, Objective.LATENCY);
    var planned = planner.chooseForm(layers, context);
    var engineStreams = CostConstants.BUILT_IN.engine(context.engineClass()).streams();
    var costs = new LayerCosts(CostConstants.BUILT_IN, context, Planning.streams(layers, engineStreams));
    var original = new ArrayList<Candidate>();
    var chosen = new ArrayList<Candidate>();
    for (var i = 0; i < layers.size(); i++) {
      var encoding = planned.plan().layers().get(i).encoding();
      var candidates = costs.of(layers.get(i), List.of(), true);
      original.add(candidates.getFirst());
      chosen.add(candidates.stream()
          .filter(each -> each.form() == planned.plan().form() && each.encoding().equals(encoding))
          .findFirst()
          .orElseThrow());
    }
    for (var point = 0; point < 3; point++) {
      assertThat(Option.of(planned.plan().form(), chosen).seconds(point, 0, true))
          .isLessThanOrEqualTo(Option.of(Form.ORIGINAL, original).seconds(point, 0, true) * (1 + 1e-9));
    }
  }
}
