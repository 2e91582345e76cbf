package io.cts.client.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cts.client.CommandFailed;
import io.cts.client.lab.FleetSimulation.PullCost;
import io.cts.client.lab.FleetSimulation.Site;
import io.cts.client.pull.LayoutFolder;
import io.cts.client.sandbox.ImageMaker;
import io.cts.client.sandbox.LayerPiece;
import io.cts.client.sandbox.MachineFiles;
import io.cts.contract.ImageRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code cts lab scale}: what another worker is worth, and what fleets would need. */
@Command(name = "scale", description = {
    "Has the same work done by one worker process and by two, each held to one core; kills and adds workers in mid-work",
    "and counts what was lost; then simulates fleets from what was measured, beside a small fleet of real clients.",
    "Needs root, for CPU quotas."}, footer = {"", "Examples:", "  cts lab scale",
        "  cts lab scale --fleet 5000 --window 60 --egress 25000 --json"}, mixinStandardHelpOptions = true)
public final class ScaleLab implements Callable<Integer> {
  private static final String UPSTREAM = "lab.local";
  private static final String REPOSITORY = "lab/scale";
  private static final long MB = 1_000_000;
  private static final long SEED = 1;
  private static final double READY_WITHIN = 60;

  @Option(names = "--layers", description = "of the image (default: ${DEFAULT-VALUE})")
  private int layers = 24;

  @Option(names = "--fleet", paramLabel = "NODES", description = "to simulate; may be given often (default: 1000 and 100000)")
  private List<Integer> fleets = List.of(1_000, 100_000);

  @Option(names = "--window", paramLabel = "SECONDS", description = "in which a fleet comes (default: ${DEFAULT-VALUE})")
  private double window = 600;

  @Option(names = "--egress", paramLabel = "MBIT", description = "of the simulated site (default: ${DEFAULT-VALUE})")
  private double egress = 10_000;

  @Option(names = "--node", paramLabel = "MBIT", description = "of each simulated node (default: ${DEFAULT-VALUE})")
  private double node = 100;

  @Option(names = "--cores", paramLabel = "N", description = "of the simulated site's cache processes (default: ${DEFAULT-VALUE})")
  private double cores = 8;

  @Option(names = "--quick", description = "few layers: shows that it works, and no more")
  private boolean quick;

  @Mixin
  private LabOutput output;

  @Mixin
  private OwnCts own;

  @Override
  public Integer call() throws IOException, CommandFailed, InterruptedException {
    if (!System.getProperty("user.name").equals("root")) {
      throw new CommandFailed("cannot hold a worker to one core without root; run this as root");
    }
    if (quick) {
      layers = 5;
    }
    try (var report = output.report()) {
      var work = own.folder();
      var layout = work.resolve("images");
      make(work.resolve("pieces"), layout, List.of("warm-up", "one", "two", "many"));
      try (var run = EncodingRun.start(own.launcher(), Files.createDirectories(work.resolve("cts")),
          UPSTREAM + "=oci:" + layout)) {
        measure(run, report);
      }
      work.delete();
      return 0;
    }
  }

  private void measure(EncodingRun run, LabReport report) throws IOException, CommandFailed, InterruptedException {
    run.workers(1);
    encode(run, "warm-up");
    var one = encode(run, "one");
    report.note("1 worker: " + run.encodings());
    run.workers(1);
    var two = encode(run, "two");
    report.note("2 workers: " + run.encodings());
    report.add(Figure.beside("one worker", one.megabytesPerSecond(), "two workers, each held to one core",
        two.megabytesPerSecond(), "MB/s", Target.ratioAtLeast(1.6)));
    var overhead = (one.seconds() - one.encodeSeconds().stream().mapToDouble(it -> it).sum())
        / one.encodeSeconds().size();
    var jobs = one.encodeSeconds().stream().mapToDouble(seconds -> seconds + Math.max(0, overhead)).toArray();
    report.add(Figure.beside("simulated", FleetSimulation.makespan(jobs, 2), "seconds of two workers", two.seconds(),
        "s", null));
    comingsAndGoings(run, one, report);
  }

  /** Images that differ in a line of each layer: as much work, and nothing that was made before. */
  private void make(Path folder, Path layout, List<String> tags) throws IOException {
    var maker = new ImageMaker(folder);
    var files = new MachineFiles();
    var stretches = new ArrayList<LayerPiece>();
    for (var part = 0; part < layers; part++) {
      stretches.add(maker.last(files.classes(part, layers, 5 * MB)));
    }
    for (var tag : tags) {
      var line = maker.piece(tar -> tar.file("app/tag", tag.getBytes(UTF_8)));
      var name = REPOSITORY + ":" + tag;
      maker.image(name, new LayoutFolder(layout, name),
          stretches.stream().map(stretch -> List.of(line, stretch)).toList());
    }
  }

  private static ImageRef image(String tag) {
    return ImageRef.parse(UPSTREAM + "/" + REPOSITORY + ":" + tag);
  }

  /** By the workers that are there. */
  private static EncodingRun.Timing encode(EncodingRun run, String tag) throws CommandFailed, InterruptedException {
    run.announce(image(tag));
    run.await(1);
    return run.timing();
  }

  /** Of two, one is killed at its work and a third takes its place, then the other is; then clients come. */
  private void comingsAndGoings(EncodingRun run, EncodingRun.Timing alone, LabReport report)
      throws IOException, CommandFailed, InterruptedException {
    run.announce(image("many"));
    run.await(0.2);
    run.kill(0);
    run.workers(1);
    run.await(0.5);
    run.kill(1);
    run.await(1);
    report.add(Figure.alone("jobs lost while workers came and went", run.lost(), "jobs", Target.valueAtMost(0)));
    report.add(Figure.alone("results told more than once", run.repeated(), "jobs", Target.valueAtMost(0)));
    simulate(new SmallFleet(run.cts(), image("many")), alone, report);
  }

  private void simulate(SmallFleet real, EncodingRun.Timing encoding, LabReport report)
      throws IOException, CommandFailed, InterruptedException {
    var alone = quick ? real.alone(3, 2) : real.alone(20, 5);
    report.note(String.format(Locale.ROOT,
        "A pull: %.1f MB, %.0f ms of CTS's processors, %.0f ms of the client's, %.0f ms of neither.",
        alone.megabits() / 8, alone.processorSeconds() * 1e3, alone.clientProcessorSeconds() * 1e3,
        alone.waitingSeconds() * 1e3));
    var arrivals = FleetSimulation.arrivals(12, 4, SEED);
    var here = new Site(Runtime.getRuntime().availableProcessors(), Double.MAX_VALUE, SmallFleet.NODE_MBIT);
    report.add(Figure.beside("simulated", FleetSimulation.run(arrivals, alone.here(), here).p50(),
        "time to ready of 12 real clients, p50", real.together(arrivals), "s", Target.ratioWithin(0.2)));
    var eventSeconds = real.eventSeconds();
    for (var nodes : fleets) {
      fleet(nodes, alone.elsewhere(), eventSeconds, report);
    }
    var work = encoding.encodeSeconds().stream().mapToDouble(it -> it).sum();
    report.add(Figure.alone("workers that have it encoded within a minute", Math.ceil(work / READY_WITHIN), "", null));
  }

  private void fleet(int nodes, PullCost cost, double eventSeconds, LabReport report) {
    var site = new Site(cores, egress, node);
    var outcome = FleetSimulation.run(FleetSimulation.arrivals(nodes, window, SEED), cost, site);
    var name = String.format(Locale.ROOT, "%,d nodes in %.0f s: ", nodes, window);
    report.add(Figure.alone(name + "pulls held", outcome.pullsPerSecond(), "1/s", null));
    report.add(Figure.alone(name + "time to ready, p50", outcome.p50(), "s", null));
    report.add(Figure.alone(name + "time to ready, p99", outcome.p99(), "s", null));
    report.add(Figure.alone(name + "egress that keeps up", nodes / window * cost.megabits(), "Mbit/s", null));
    report.add(Figure.alone(name + "partitions that keep up", Math.ceil(nodes / window * eventSeconds), "", null));
    report.add(Figure.alone(name + "saturated by "
        + (cores / cost.processorSeconds() < egress / cost.megabits() ? "processors" : "egress") + " at",
        FleetSimulation.capacity(cost, site), "pulls/s", null));
  }
}
