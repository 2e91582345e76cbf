package io.cts.client.demo;

import io.cts.client.CommandFailed;
import io.cts.client.CtsApi;
import io.cts.client.NodeFacts;
import io.cts.client.Output;
import io.cts.client.Report;
import io.cts.client.Sizes;
import io.cts.client.Version;
import io.cts.client.probe.DecodeProbe;
import io.cts.client.probe.LinkProbe;
import io.cts.client.pull.Client;
import io.cts.client.pull.RateLimit;
import io.cts.client.pull.Source;
import io.cts.client.sandbox.Announcement;
import io.cts.client.sandbox.ImageMaker;
import io.cts.client.sandbox.MadeImage;
import io.cts.client.sandbox.RunningCts;
import io.cts.client.sandbox.WorkFolder;
import io.cts.contract.ImageRef;
import io.cts.contract.NodeId;
import io.cts.contract.NodeProfile.DecodeRate;
import io.cts.oci.Reference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The main job with no network and no root: three clients pull two real images, each in the form that suits it. */
// @formatter:off
@Command(name = "demo", mixinStandardHelpOptions = true, sortOptions = false,
    description = {"Shows on this machine alone what CTS does.",
        "Starts a CTS of its own, makes two images of files of this machine, and has three clients pull them:",
        "at 20 Mbit/s, at 200 Mbit/s and without limit, in turns with the images as they were made.",
        "Fails if any digest differs. Takes about a minute and a half; leaves nothing behind."},
    footer = {"", "Examples:", "  cts demo", "  cts demo --json"})
// @formatter:on
public final class DemoCommand implements Callable<Integer> {
  private static final String UPSTREAM = "demo.local";
  private static final Duration PER_CODEC = Duration.ofMillis(200);
  /** After which no further round on a thin link is begun. */
  private static final double ENOUGH_SECONDS = 60;
  private static final int MOST_ROUNDS = 3;

  @Option(names = "--data", paramLabel = "DIR", description = "Keep CTS's data here (default: it is removed).")
  private @Nullable Path data;

  @Option(names = "--launcher", paramLabel = "FILE", defaultValue = "${env:CTS_LAUNCHER:-./cts}", description = "The program that starts CTS (default: ${DEFAULT-VALUE}).")
  private Path launcher;

  @Mixin
  private Output output;

  private final long started = System.nanoTime();

  /** One of the three. */
  private record Contestant(String name, NodeId node, @Nullable RateLimit limit) {

    /** Whether its link decides how long a pull takes. */
    boolean isThin() {
      return limit != null && limit.mbitPerSecond() < 100;
    }

    Client client() {
      return Client.of(Version.text()).named(node).limited(limit);
    }
  }

  /** A line of the table. Absent is what nobody said or measured. */
  private record Row(
      String client,
      String image,
      String form,
      String encodings,
      long bytes,
      long originalBytes,
      @Nullable Double predictedSeconds,
      double measuredSeconds,
      double originalSeconds,
      double timesFaster,
      boolean sameImage) {}

  /** An engine's line. */
  private record EngineRow(String engine, String image, double seconds, boolean sameImage) {}

  @Override
  public Integer call() throws IOException, CommandFailed {
    if (!Files.isExecutable(launcher)) {
      throw new CommandFailed(launcher + " is no program that starts CTS; run the demo as ./cts demo, or name it with"
          + " --launcher");
    }
    var work = new WorkFolder("cts-demo-", null);
    var layout = Files.createDirectories(work.resolve("images"));
    say("making two images of files of this machine");
    var images = new DemoImages(layout, work.resolve("pieces")).make();
    images.forEach(image -> say("  " + image.name() + ": " + image.layers().size() + " layers, "
        + Sizes.text(image.gzipBytes()) + " as made, " + Sizes.text(image.plainBytes()) + " unpacked"));
    say("starting CTS");
    boolean same;
    try (var cts = RunningCts.start(launcher.toAbsolutePath(), data == null ? work.resolve("data") : data,
        work.resolve("up.log"), UPSTREAM + "=oci:" + layout)) {
      same = run(cts, images, work);
    }
    work.delete();
    output.line("");
    output.line(same
        ? output.styled("fg(green)", "every digest was verified") + ": each client holds the very image that was made"
        : output.styled("fg(red)", "a digest differs") + ": see the rows above");
    return same ? 0 : 1;
  }

  private void say(String text) {
    output.progress("%5.1f s  %s".formatted((System.nanoTime() - started) / 1e9, text));
  }

  private boolean run(RunningCts cts, List<MadeImage> images, WorkFolder work)
      throws IOException, CommandFailed {
    var api = new CtsApi(cts.api());
    var contestants = List.of(contestant("20 Mbit/s", 20.0), contestant("200 Mbit/s", 200.0),
        contestant("unlimited", null));
    say("the clients measure themselves and tell CTS");
    var rates = new DecodeProbe(PER_CODEC).measure();
    for (var contestant : contestants) {
      tell(api, contestant, rates);
    }
    var announced = announce(api, contestants, images);
    var rows = new ArrayList<Row>();
    for (var contestant : contestants) {
      for (var image : images) {
        rows.add(contest(cts, api, contestant, image, announced.get(contestant.name + image.name())));
      }
    }
    print(rows);
    var engines = engines(cts, images, work);
    return rows.stream().allMatch(Row::sameImage) && engines.stream().allMatch(EngineRow::sameImage);
  }

  private static Contestant contestant(String name, @Nullable Double mbit) {
    return new Contestant(name, NodeId.of("demo-" + name.replaceAll("[^0-9A-Za-z]", "")),
        mbit == null ? null : new RateLimit(mbit));
  }

  private static void tell(CtsApi api, Contestant contestant, List<DecodeRate> rates)
      throws IOException, CommandFailed {
    api.put("v1/nodes/" + contestant.node, NodeFacts.measured(new LinkProbe(api.base(), contestant.limit), rates));
  }

  private record Announced(Announcement announcement, Announcement.Expected expected) {}

  private Map<String, Announced> announce(CtsApi api, List<Contestant> contestants, List<MadeImage> images)
      throws CommandFailed {
    say("announcing the images: CTS profiles and encodes them ahead");
    var announcements = new LinkedHashMap<String, Announcement>();
    for (var contestant : contestants) {
      for (var image : images) {
        announcements.put(contestant.name + image.name(), Announcement.make(api,
            ImageRef.parse(UPSTREAM + "/" + image.name()), ImageMaker.platform(), contestant.node));
      }
    }
    var announced = new LinkedHashMap<String, Announced>();
    for (var entry : announcements.entrySet()) {
      announced.put(entry.getKey(), new Announced(entry.getValue(), entry.getValue().awaitReady(api)));
    }
    return announced;
  }

  private Row contest(RunningCts cts, CtsApi api, Contestant contestant, MadeImage image,
      @Nullable Announced announced) throws IOException, CommandFailed {
    say(contestant.name + " pulls " + image.name() + ", in turns with the original");
    var name = ImageRef.parse(UPSTREAM + "/" + image.name());
    var contest = new Contest(contestant.client(), new Source(cts.registry(), name.name(), Reference.of(name)),
        image.manifest());
    if (!contestant.isThin()) {
      contest.warmUp(); // on a thin link nobody would see the difference
    }
    contest.round();
    for (var round = 2; round <= MOST_ROUNDS && (!contestant.isThin() || elapsed() < ENOUGH_SECONDS); round++) {
      contest.round();
    }
    var result = contest.result();
    if (announced != null) {
      new Report(api).send(announced.announcement.pull(), contestant.node, result);
    }
    return new Row(contestant.name, image.name(), result.form().toString(), result.encodings(), result.wireBytes(),
        image.gzipBytes(), announced == null ? null : announced.expected.seconds(), contest.seconds(),
        contest.originalSeconds(), contest.originalSeconds() / contest.seconds(),
        result.config().equals(image.config()));
  }

  private double elapsed() {
    return (System.nanoTime() - started) / 1e9;
  }

  private void print(List<Row> rows) {
    rows.forEach(output::object);
    output.line("");
    output.table(new Output.Table(List.of("client", "image", "form", "layers travelled as", "bytes", "original",
        "predicted s", "measured s", "original s", "faster", "digests"),
        rows.stream().map(DemoCommand::cells).toList()));
  }

  private static List<String> cells(Row row) {
    return List.of(row.client, row.image, row.form, row.encodings, Sizes.text(row.bytes),
        Sizes.text(row.originalBytes), row.predictedSeconds == null ? "" : number(row.predictedSeconds),
        number(row.measuredSeconds), number(row.originalSeconds), number(row.timesFaster) + "×",
        row.sameImage ? "same" : "DIFFER");
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  private List<EngineRow> engines(RunningCts cts, List<MadeImage> images, WorkFolder work) throws IOException {
    var rows = new ArrayList<EngineRow>();
    var image = images.getFirst();
    var name = cts.registry().getAuthority() + "/" + UPSTREAM + "/" + image.name();
    for (var engine : LocalEngine.values()) {
      var folder = Files.createDirectories(work.resolve(engine.program()));
      if (engine.isUsable(folder)) {
        say(engine.program() + " pulls " + name);
        var outcome = engine.pull(name, folder);
        rows.add(new EngineRow(engine.program(), image.name(), outcome.seconds(),
            outcome.said().contains(image.config().toString())));
      }
    }
    rows.forEach(output::object);
    if (!rows.isEmpty()) {
      output.line("");
      output.table(new Output.Table(List.of("engine", "image", "seconds", "image ID"), rows.stream()
          .map(row -> List.of(row.engine, row.image, number(row.seconds), row.sameImage ? "same" : "DIFFERS"))
          .toList()));
    }
    return rows;
  }
}
