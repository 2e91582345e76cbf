package io.cts.client.lab;

import io.cts.client.CommandFailed;
import io.cts.client.Cts;
import io.cts.client.CtsApi;
import io.cts.client.Version;
import io.cts.client.pull.Client;
import io.cts.client.pull.Destination;
import io.cts.client.pull.LayoutFolder;
import io.cts.client.pull.Puller;
import io.cts.client.pull.Source;
import io.cts.client.sandbox.Announcement;
import io.cts.client.sandbox.ImageMaker;
import io.cts.client.sandbox.LayerPiece;
import io.cts.client.sandbox.MachineFiles;
import io.cts.client.sandbox.MadeImage;
import io.cts.client.sandbox.RunningCts;
import io.cts.client.sandbox.WorkFolder;
import io.cts.contract.ImageRef;
import io.cts.contract.NodeId;
import io.cts.oci.Reference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code cts lab footprint}: what CTS and its agent take of a machine. */
@Command(name = "footprint", description = {
    "Starts CTS twice on the same data, as cts up does, lets it rest, and counts what it took: of memory, the JVM's and",
    "PostgreSQL's, what they share once (PSS); of processor time, the mean. Then an agent beside it: at rest, while a large",
    "layer is pulled through it, and while that layer's next version is made from a delta. An agent's memory is all that",
    "is resident (RSS), the most that it had."}, footer = {"", "Examples:", "  cts lab footprint",
        "  cts lab footprint --minutes 1 --json"}, mixinStandardHelpOptions = true)
public final class FootprintLab implements Callable<Integer> {
  private static final String UPSTREAM = "lab.local";
  private static final long MB = 1_000_000;
  private static final double MIB = 1 << 20;
  private static final int HELPS = 5;
  private static final int MOST_MINUTES = 1440;
  private static final Duration PATIENCE = Duration.ofMinutes(15);
  private static final long POLL_MILLIS = 200;
  /** What starting leaves to be done. */
  private static final Duration SETTLING = Duration.ofSeconds(20);
  /** So that a delta is the soonest. */
  private static final double THIN_LINK_MBPS = 20;

  @Option(names = "--minutes", description = "of rest that processor time is counted for (default: ${DEFAULT-VALUE})")
  private double minutes = 5;

  @Option(names = "--quick", description = "a short rest and a layer of 60 MB: shows that it works, and no more")
  private boolean quick;

  @Mixin
  private LabOutput output;

  @Mixin
  private OwnCts own;

  private record Images(MadeImage older, MadeImage newer) {}

  @Override
  public Integer call() throws IOException, CommandFailed, InterruptedException {
    if (!(minutes > 0 && minutes <= MOST_MINUTES)) {
      throw new CommandFailed(Cts.MISUSED, "--minutes " + minutes + " cannot be; write more than 0, " + MOST_MINUTES
          + " at most");
    }
    if (quick) {
      minutes = 0.1;
    }
    try (var report = output.report()) {
      var work = own.folder();
      var layout = work.resolve("images");
      var images = images(work.resolve("pieces"), layout);
      start(work, layout).close(); // the first makes the database
      var began = System.nanoTime();
      try (var cts = start(work, layout)) {
        report.add(Figure.alone("cts up, second start", secondsSince(began), "s", Target.valueAtMost(20)));
        rest(cts, report);
        agent(cts, images, work, report);
      }
      work.delete();
      return 0;
    }
  }

  private RunningCts start(WorkFolder work, Path layout) throws IOException, CommandFailed {
    return own.start(work, UPSTREAM + "=oci:" + layout);
  }

  private Images images(Path folder, Path layout) throws IOException {
    var maker = new ImageMaker(folder);
    var files = new MachineFiles();
    var megabytes = quick ? 60 : 500;
    var different = List.of(maker.piece(files.jdkBinaries(60 * MB)), maker.piece(files.classes(150 * MB)),
        maker.piece(files.jars(100 * MB)));
    var pieces = new ArrayList<LayerPiece>();
    for (var bytes = 0L; bytes < megabytes * MB;) {
      var next = different.get(pieces.size() % different.size());
      pieces.add(next);
      bytes += next.plainBytes();
    }
    return new Images(image(maker, layout, "1", pieces, maker.last(files.jdkTexts(MB))),
        image(maker, layout, "2", pieces, maker.last(files.jdkTexts(3 * MB))));
  }

  private static MadeImage image(ImageMaker maker, Path layout, String tag, List<LayerPiece> pieces, LayerPiece last)
      throws IOException {
    var name = "lab/large:" + tag;
    var all = new ArrayList<>(pieces);
    all.add(last);
    return maker.image(name, new LayoutFolder(layout, name), List.of(all));
  }

  private void rest(RunningCts cts, LabReport report) throws CommandFailed, InterruptedException {
    var process = new ProcessUse(cts.processId());
    Thread.sleep(SETTLING);
    var began = System.nanoTime();
    var before = process.processorSeconds();
    Thread.sleep((long) (minutes * 60_000));
    var busy = (process.processorSeconds() - before) / secondsSince(began);
    report.add(Figure.alone("its JVM and PostgreSQL at rest", process.proportionalBytes() / MIB, "MiB",
        Target.valueAtMost(1.2 * 1024)));
    report.add(Figure.alone(String.format(Locale.ROOT, "of one core that they take, mean of %.1f min", minutes),
        100 * busy, "%", Target.valueAtMost(5)));
  }

  private void agent(RunningCts cts, Images images, WorkFolder work, LabReport report)
      throws IOException, CommandFailed, InterruptedException {
    var helps = new Samples();
    for (var i = 0; i < HELPS; i++) {
      var began = System.nanoTime();
      FarAway.said(List.of(own.launcher().toString(), "pull", "--help"), 60);
      helps.add(secondsSince(began));
    }
    report.add(Figure.alone("cts pull --help", helps.median(), "s", Target.valueAtMost(0.4)));
    var large = images.older.plainBytes() / MB;
    var api = new CtsApi(cts.api());
    // each with a name of its own: the first has shown by then that its link is not thin
    try (var agent = OwnAgent.start(own.launcher(), cts, work, NodeId.of("footprint-1"))) {
      var process = new ProcessUse(agent.processId());
      report.add(Figure.alone("agent, until it answers", agent.startSeconds(), "s", Target.valueAtMost(1)));
      Thread.sleep(SETTLING);
      report.add(Figure.alone("agent at rest", process.residentBytes() / MIB, "MiB", Target.valueAtMost(80)));
      announce(api, images.older, null);
      process.forgetPeak();
      pull(agent, images.older);
      awaitKept(agent);
      report.add(Figure.alone("agent, while a layer of " + large + " MB is pulled", process.peakBytes() / MIB, "MiB",
          Target.valueAtMost(160)));
    }
    var thin = NodeId.of("footprint-2");
    try (var agent = OwnAgent.start(own.launcher(), cts, work, thin)) {
      var process = new ProcessUse(agent.processId());
      api.put("v1/nodes/" + thin, Map.of("engine", "cts-agent-1", "source", "stated", "bandwidthMbps", THIN_LINK_MBPS));
      var update = announce(api, images.newer, thin);
      // a delta is made when its image is ready, and takes longer than a request for so large a layer is held
      new ProcessUse(cts.processId()).awaitQuiet(PATIENCE);
      process.forgetPeak();
      pull(agent, images.newer);
      report.add(Figure.alone("agent, while it applies a " + awaitDelta(api, update) + " delta of such a layer",
          process.peakBytes() / MIB, "MiB", Target.valueAtMost(256)));
    }
  }

  private static Announcement announce(CtsApi api, MadeImage image, @Nullable NodeId node) throws CommandFailed {
    var announcement = Announcement.make(api, name(image), ImageMaker.platform(), node);
    announcement.awaitReady(api, PATIENCE);
    return announcement;
  }

  private static ImageRef name(MadeImage image) {
    return ImageRef.parse(UPSTREAM + "/" + image.name());
  }

  private static void pull(OwnAgent agent, MadeImage image) throws IOException, CommandFailed {
    var result = new Puller(Client.of(Version.text()), new Source(agent.uri(), name(image).name(),
        Reference.of(name(image))), ImageMaker.platform(), Destination.NOWHERE).pull();
    if (!result.config().equals(image.config())) {
      throw new IOException("pulled " + image.name() + " through the agent but it is another image: "
          + result.config());
    }
  }

  /** An agent hands a layer out before it has it in its store; what it holds then is what the update can build upon. */
  private static void awaitKept(OwnAgent agent) throws IOException, CommandFailed, InterruptedException {
    var deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    while (System.nanoTime() < deadline) {
      try (var gathered = Files.list(agent.store().resolve("spools"))) {
        if (gathered.findAny().isEmpty()) {
          return;
        }
      }
      Thread.sleep(POLL_MILLIS);
    }
    throw new CommandFailed(
        "tried to have an agent keep a layer that it was pulled through but after a minute it still "
            + "lies in " + agent.store().resolve("spools"));
  }

  /** What the layer went out as, once CTS tells. */
  private static String awaitDelta(CtsApi api, Announcement pull) throws CommandFailed, InterruptedException {
    var deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    while (System.nanoTime() < deadline) {
      for (var layer : api.get("v1/pulls/" + pull.pull()).path("layers")) {
        for (var measured : layer.path("measured")) {
          if (measured.path("delta").isString()) {
            return measured.path("delta").stringValue();
          }
        }
      }
      Thread.sleep(POLL_MILLIS);
    }
    throw new CommandFailed("tried to measure an agent that applies a delta but CTS sent it none; GET " + api.base()
        + "v1/pulls/" + pull.pull() + " tells what it sent");
  }

  private static double secondsSince(long began) {
    return (System.nanoTime() - began) / 1e9;
  }
}
