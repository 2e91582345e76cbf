package io.cts.client.lab;

import io.cts.client.CommandFailed;
import io.cts.client.pull.Destination;
import io.cts.client.sandbox.MadeImage;
import io.cts.client.sandbox.RunningCts;
import io.cts.client.sandbox.WorkFolder;
import io.cts.contract.NodeId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code cts lab agent}: an engine that pulls through an agent, beside the same straight from docker-registry. */
@Command(name = "agent", description = {
    "podman pulls through an agent of its machine, and straight from docker-registry, in turns, over shaped links",
    "(infra/lab/links) and with a share of the processors; both are played on this machine, which takes root. A first",
    "pull is that of a machine that holds nothing; an update that of one that holds the image before its security",
    "updates. The images are those of infra/lab/images; over a thin link, one file of several of them. CTS was told of",
    "each image before (that is, it is announced), or, with --unread, nobody has read it; the client measured itself with",
    "cts probe."}, footer = {"",
        "Examples:", "  cts lab agent", "  cts lab agent --mbit 20 --mbit 100 --rtt 50 --cores 1 --pairs 7 --json",
        "  cts lab agent --quick"}, mixinStandardHelpOptions = true)
public final class AgentLab implements Callable<Integer> {
  private static final String CLIENT = "labagent";
  private static final int OCTET = 244;
  /** Of a connection, as common systems have it. */
  private static final int WINDOW = 1 << 20;
  private static final double NO_SLOWER = 1.05;

  @Option(names = "--mbit", description = "speed of the link in Mbit/s, repeatable (with --rtt or --cores alone: 2, 20, 100, 1000)")
  private List<Integer> mbits = new ArrayList<>();

  @Option(names = "--rtt", description = "round trip in ms, repeatable (with --mbit or --cores alone: 0, 100)")
  private List<Integer> roundTrips = new ArrayList<>();

  @Option(names = "--cores", description = "processors of the client, repeatable (with --mbit or --rtt alone: 0.25, 1, 2)")
  private List<Double> cores = new ArrayList<>();

  @Option(names = "--pairs", description = "of pulls, in turns (default: ${DEFAULT-VALUE})")
  private int pairs = 5;

  @Option(names = "--unread", description = "first pulls alone, each of an image that CTS has not seen before and encodes on the way")
  private boolean unread;

  @Option(names = "--images", paramLabel = "DIR", description = "made by infra/lab/images/build, or made there now, which takes two minutes and mmdebstrap (default: .cts/images beside cts)")
  private @Nullable Path images;

  @Option(names = "--quick", description = "one pair over one link: shows that it works, and no more")
  private boolean quick;

  @Mixin
  private LabOutput output;

  @Mixin
  private OwnCts own;

  private final List<Pairs> firstPulls = new ArrayList<>();
  private final List<Pairs> updatesAt100 = new ArrayList<>();
  private final List<Pairs> updatesAt20 = new ArrayList<>();

  private List<AgentCell> cells() {
    if (quick) {
      return List.of(new AgentCell(20, 20, 1));
    }
    if (mbits.isEmpty() && roundTrips.isEmpty() && cores.isEmpty()) {
      return AgentCell.usual();
    }
    var cells = new ArrayList<AgentCell>();
    for (var mbit : mbits.isEmpty() ? List.of(2, 20, 100, 1000) : mbits) {
      for (var roundTrip : roundTrips.isEmpty() ? List.of(0, 100) : roundTrips) {
        for (var share : cores.isEmpty() ? List.of(0.25, 1.0, 2.0) : cores) {
          cells.add(new AgentCell(mbit, roundTrip, share));
        }
      }
    }
    return cells;
  }

  @Override
  public Integer call() throws IOException, CommandFailed, InterruptedException {
    Tool.need(Tool.DOCKER_REGISTRY, new Tool("podman", "podman"), new Tool("ip", "iproute2"),
        new Tool("tc", "iproute2"), new Tool("curl", "curl"), new Tool("python3", "python3"), new Tool("tar", "tar"));
    if (quick) {
      pairs = 1;
    }
    try (var report = output.report()) {
      var work = own.folder();
      var layout = layout();
      try (var registry = DockerRegistry.start(work.resolve("registry"));
          var cts = own.start(work, AgentTrial.UPSTREAM + "=" + registry.address())) {
        var image = new UpdatedImage(layout, work.path());
        var cells = cells();
        for (var i = 0; i < cells.size(); i++) {
          measure(cells.get(i), "lab/cell-" + i, image, cts, registry, work, report);
        }
      }
      summary(report);
      work.delete();
      return 0;
    }
  }

  private Path layout() throws IOException, CommandFailed {
    var folder = (images == null ? own.launcher().resolveSibling(".cts/images") : images).toAbsolutePath();
    FarAway.said(List.of(own.launcher().resolveSibling("infra/lab/images/build").toString(), folder.toString()), 1800);
    return folder.resolve("layout");
  }

  private void measure(AgentCell cell, String repository, UpdatedImage image, RunningCts cts, DockerRegistry registry,
      WorkFolder work, LabReport report) throws IOException, CommandFailed {
    Function<String, Destination> pushed = name -> new PushedImage(registry.address(), name);
    var scripts = own.launcher().resolveSibling("infra/lab/links");
    var node = NodeId.of(repository.replace('/', '-'));
    try (var client = new LimitedClient(scripts, work, CLIENT, OCTET, cell.mbit(), cell.roundTripMillis(), WINDOW,
        cell.cores()); var trial = new AgentTrial(cts, registry, client, work, node, own.launcher())) {
      report.note(cell + ": CTS knows of the client: " + trial.profile());
      if (unread) {
        firstPulls
            .add(pulls(trial, pair -> image.makeUnread(repository, pair, cell.oneOf(), pushed), List.of(), Set.of(),
                cell, "first pull, unread", NO_SLOWER, report));
        return;
      }
      var v1 = image.make(repository, "v1", cell.oneOf(), pushed);
      var v2 = image.make(repository, "v2", cell.oneOf(), pushed);
      trial.announce(v1);
      firstPulls.add(pulls(trial, _ -> v1, List.of(), Set.of(), cell, "first pull", NO_SLOWER, report));
      var held = trial.held(); // v1's: it was pulled last
      trial.announce(v2);
      report.note(cell + ": the update's layer is offered as " + trial.awaitDelta(v2));
      var updates = pulls(trial, _ -> v2, List.of(v1), held, cell, "update",
          cell.wantedOfUpdates() > 1 ? 1 / cell.wantedOfUpdates() : NO_SLOWER, report);
      if (cell.mbit() <= 100) {
        updatesAt100.add(updates);
      }
      if (cell.mbit() <= 20) {
        updatesAt20.add(updates);
      }
    }
  }

  private interface ImageOfPair {
    MadeImage make(int pair) throws IOException;
  }

  /** @param held what the engines and the agent hold before each pull */
  private Pairs pulls(AgentTrial trial, ImageOfPair images, List<MadeImage> held, Set<String> layers, AgentCell cell,
      String what, double most, LabReport report) throws IOException, CommandFailed {
    var seconds = new Pairs();
    var bytes = new Pairs();
    for (var pair = 0; pair <= pairs; pair++) {
      var image = images.make(pair);
      trial.forget(held, layers);
      var straight = pair % 2 == 0 ? trial.straight(image) : null;
      var through = trial.throughAgent(image);
      if (unread) {
        trial.awaitRest(); // it studies and encodes what it has just read, on this machine
      }
      if (straight == null) {
        straight = trial.straight(image);
      }
      if (pair > 0) { // the first warms up
        seconds.add(through.seconds(), straight.seconds());
        bytes.add(through.wireBytes() / 1e6, straight.wireBytes() / 1e6);
      }
      if (pair == pairs) {
        report
            .note(String.format(Locale.ROOT, "%s, %s: image of %.1f MB as gzip", what, cell, image.gzipBytes() / 1e6));
      }
    }
    var name = what + ", " + cell;
    report.add(
        Figure.beside("straight from " + DockerRegistry.NAME, seconds.peers(), name + ": time", seconds.ours(), "s",
            Target.ratioAtMost(most)));
    if (pairs > 1) {
      var interval = seconds.interval();
      report.add(Figure.alone(name + ": ratio of times, 95 % from", interval.low(), "of straight",
          Target.valueAtMost(NO_SLOWER)));
      report.add(Figure.alone(name + ": ratio of times, 95 % to", interval.high(), "of straight", null));
    }
    report
        .add(Figure.beside("straight from " + DockerRegistry.NAME, bytes.peers(), name + ": bytes", bytes.ours(), "MB",
            null));
    return seconds;
  }

  private void summary(LabReport report) {
    faster("first pulls: times faster, geometric mean", firstPulls, 1.25, report);
    faster("updates at most 100 Mbit/s: times faster, geometric mean", updatesAt100, 2, report);
    faster("updates at most 20 Mbit/s: times faster, geometric mean", updatesAt20, 5, report);
  }

  private static void faster(String name, List<Pairs> cells, double wanted, LabReport report) {
    if (!cells.isEmpty()) {
      var mean = cells.stream().mapToDouble(cell -> Math.log(cell.ratio())).average().orElseThrow();
      report.add(Figure.alone(name, Math.exp(-mean), "x", Target.valueAtLeast(wanted)));
    }
  }
}
