package io.cts.client.lab;

import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import io.cts.contract.Engine;
import io.cts.contract.LayerFeatures;
import io.cts.contract.LayerFeatures.CodecSample;
import io.cts.contract.NodeId;
import io.cts.contract.NodeProfile;
import io.cts.contract.Objective;
import io.cts.cost.CostConstants;
import io.cts.cost.LayerState;
import io.cts.cost.Planner;
import io.cts.cost.PullContext;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code cts lab decide}: how long a decision takes. */
@Command(name = "decide", description = {
    "Times the cost model: a plan over every layer, encoding and form, the choice of a form with what is there,",
    "and the choice of an encoding for one GET. Images and nodes are generated; one thread."}, footer = {"",
        "Examples:", "  cts lab decide", "  cts lab decide --layers 100 --json"}, mixinStandardHelpOptions = true)
public final class DecideLab implements Callable<Integer> {
  private static final int IMAGES = 50;
  private static final List<String> ENGINES = List.of("docker-20.10.24", "docker-28.5.2", "containerd-2.1.9",
      "containers-5.23.1", "cts-agent-0.1.0");

  @Option(names = "--layers", description = "of each image (default: ${DEFAULT-VALUE})")
  private int layers = 30;

  @Option(names = "--decisions", description = "timed, after as many to warm up (default: ${DEFAULT-VALUE})")
  private int decisions = 5000;

  @Option(names = "--seed", description = "of the images and nodes (default: ${DEFAULT-VALUE})")
  private long seed = 1;

  @Mixin
  private LabOutput output;

  /** One pull of one image. */
  private record Pull(List<LayerState> image, PullContext context) {}

  @Override
  public Integer call() {
    try (var report = output.report()) {
      report.note("Images of " + layers + " layers x " + Encoding.LADDER.size() + " encodings x 3 forms; nodes of "
          + ENGINES.size() + " engines, one in four with an unknown bandwidth; all objectives; seed " + seed + ".");
      var pulls = pulls(new SplittableRandom(seed));
      var planner = new Planner(CostConstants.BUILT_IN);
      time(report, "plan, all encodings", pulls, Target.valueAtMost(5),
          pull -> planner.plan(pull.image(), pull.context(), Encoding.LADDER).plan().layers().size());
      time(report, "form, with what is there", pulls, null,
          pull -> planner.chooseForm(pull.image(), pull.context()).plan().layers().size());
      time(report, "encoding of one GET", pulls, null,
          pull -> planner.chooseEncoding(pull.image().getFirst(), pull.context()).alternatives().size());
      return 0;
    }
  }

  /** @param target of the 99th percentile, in milliseconds */
  private void time(LabReport report, String what, List<Pull> pulls, @Nullable Target target,
      ToIntFunction<Pull> decide) {
    var nanos = new long[decisions];
    var processorNanos = new long[decisions];
    var thread = ManagementFactory.getThreadMXBean();
    var used = 0L; // so that nothing is optimised away
    for (var round = 0; round < 2; round++) {
      for (var i = 0; i < decisions; i++) {
        var pull = pulls.get(i % pulls.size());
        var begunOnProcessor = thread.getCurrentThreadCpuTime();
        var begun = System.nanoTime();
        used += decide.applyAsInt(pull);
        nanos[i] = System.nanoTime() - begun;
        processorNanos[i] = thread.getCurrentThreadCpuTime() - begunOnProcessor;
      }
      if (round == 0) {
        report.add(Figure.alone(what + ", the first in a cold JVM", nanos[0] / 1e6, "ms", null));
      }
    }
    if (used == 0) {
      throw new IllegalStateException("tried to time \"" + what + "\" but nothing was decided");
    }
    report.add(Figure.alone(what + ", median", millis(nanos, 0.5), "ms", null));
    report.add(Figure.alone(what + ", p99", millis(nanos, 0.99), "ms", target));
    // what others on the machine do not add to
    report.add(Figure.alone(what + ", p99 of processor time", millis(processorNanos, 0.99), "ms", null));
  }

  private static double millis(long[] nanos, double part) {
    Arrays.sort(nanos);
    return nanos[(int) Math.ceil(nanos.length * part) - 1] / 1e6;
  }

  private List<Pull> pulls(SplittableRandom random) {
    var pulls = new ArrayList<Pull>();
    for (var i = 0; i < IMAGES; i++) {
      var image = new ArrayList<LayerState>();
      for (var layer = 0; layer < layers; layer++) {
        image.add(layer("image " + i + " layer " + layer, random));
      }
      var engine = Engine.parse(ENGINES.get(random.nextInt(ENGINES.size())));
      var node = new NodeProfile(NodeId.of("node-" + i), engine, NodeProfile.Source.PASSIVE,
          random.nextInt(4) == 0 ? null : Math.pow(10, random.nextDouble(0.5, 3.5)), false,
          random.nextDouble(0.2, 200), List.of(), random.nextDouble(0.5, 8), null, null, random.nextDouble(),
          Instant.EPOCH);
      pulls.add(new Pull(image, PullContext
          .of(engine, node, Objective.values()[random.nextInt(Objective.values().length)])
          .announcedFor(10)));
    }
    return pulls;
  }

  private static LayerState layer(String name, SplittableRandom random) {
    var plain = (long) Math.pow(10, random.nextDouble(3.5, 8.7));
    var base = random.nextDouble(0.15, 0.95);
    var samples = new ArrayList<CodecSample>();
    var there = new HashMap<Encoding, Long>();
    for (var encoding : Encoding.LADDER) {
      var ratio = encoding.equals(Encoding.IDENTITY) ? 1 : base * random.nextDouble(0.8, 1.2);
      samples.add(new CodecSample(encoding, ratio, Math.pow(10, random.nextDouble(0.4, 2.7)), 500));
      if (random.nextInt(3) == 0) {
        there.put(encoding, (long) (ratio * plain));
      }
    }
    return new LayerState(new LayerFeatures(digest(name + " stored"), CodecFamily.GZIP, (long) (base * plain),
        digest(name), plain, 100, List.of(), 6, samples), there, Map.of());
  }

  private static Digest digest(String name) {
    return Digest.sha256(name.getBytes(StandardCharsets.UTF_8));
  }
}
