package io.cts.client.lab;

import io.cts.client.CommandFailed;
import io.cts.client.CtsApi;
import io.cts.client.pull.LayoutFolder;
import io.cts.client.sandbox.Announcement;
import io.cts.client.sandbox.ImageMaker;
import io.cts.client.sandbox.LayerPiece;
import io.cts.client.sandbox.MachineFiles;
import io.cts.client.sandbox.MadeImage;
import io.cts.client.sandbox.WorkFolder;
import io.cts.contract.Digest;
import io.cts.contract.ImageRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code cts lab link}: what comes over a long link through the agent, beside one connection of curl's. */
@Command(name = "link", description = {
    "A client behind a shaped link, and a CTS that is far away: both are played on this machine (infra/lab/links), which",
    "takes root. A layer is fetched through the agent, and part of it by one connection of curl's, the same bytes."}, footer = {
        "", "Examples:", "  cts lab link",
        "  cts lab link --rounds 1 --megabytes 60 --json"}, mixinStandardHelpOptions = true)
public final class LinkLab implements Callable<Integer> {
  private static final String UPSTREAM = "lab.local";
  private static final String IMAGE = "lab/link:1";
  private static final String CLIENT = "lablink";
  private static final int OCTET = 243;
  private static final long MB = 1_000_000;
  private static final Duration PATIENCE = Duration.ofMinutes(30);

  @Option(names = "--megabytes", description = "of the layer (default: ${DEFAULT-VALUE})")
  private long megabytes = 150;

  @Option(names = "--rounds", description = "of each measurement, whose median counts (default: ${DEFAULT-VALUE})")
  private int rounds = 3;

  @Option(names = "--quick", description = "one round of one link with a small layer: shows that it works, and no more")
  private boolean quick;

  @Mixin
  private LabOutput output;

  @Mixin
  private OwnCts own;

  /** @param cutSeconds after which all connections break, again and again; 0: never */
  private record LongLink(int mbit, int roundTripMillis, int windowBytes, int cutSeconds) {
    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%d Mbit/s, %d ms, windows of %d KB%s", mbit, roundTripMillis,
          windowBytes >> 10, cutSeconds == 0 ? "" : ", cut every " + cutSeconds + " s");
    }
  }

  private List<LongLink> links() {
    return quick
        ? List.of(new LongLink(100, 20, 256 << 10, 0))
        : List.of(new LongLink(100, 100, 1 << 20, 0), new LongLink(100, 100, 256 << 10, 0),
            new LongLink(100, 100, 256 << 10, 10), new LongLink(20, 50, 256 << 10, 0));
  }

  @Override
  public Integer call() throws IOException, CommandFailed, InterruptedException {
    Tool.need(new Tool("ip", "iproute2"), new Tool("tc", "iproute2"), new Tool("curl", "curl"),
        new Tool("python3", "python3"));
    if (quick) {
      megabytes = 10;
      rounds = 1;
    }
    try (var report = output.report()) {
      var work = own.folder();
      var scripts = scripts();
      var image = image(work);
      var layer = image.layers().getFirst();
      report.note(String.format(Locale.ROOT,
          "One layer of %.1f MB by its original digest; goodput is its bytes without headers, which take 4 %% of a link.",
          layer.sizeBytes() / 1e6));
      try (var cts = own.start(work, UPSTREAM + "=oci:" + work.resolve("images"))) {
        var api = new CtsApi(cts.api());
        Announcement.make(api, ImageRef.parse(UPSTREAM + "/" + image.name()), ImageMaker.platform(), null)
            .awaitReady(api, PATIENCE);
        for (var link : links()) {
          try (var far = FarAway.start(scripts, own.launcher(), cts, work, CLIENT, OCTET, link.mbit,
              link.roundTripMillis, link.windowBytes, link.cutSeconds)) {
            measure(far, link, layer.digest(), layer.sizeBytes(), report);
          }
        }
      }
      work.delete();
      return 0;
    }
  }

  private Path scripts() throws CommandFailed {
    var folder = own.launcher().resolveSibling("infra/lab/links");
    if (!Files.isExecutable(folder.resolve("link"))) {
      throw new CommandFailed("the links are played by " + folder + "/link, which is not there; run this lab from CTS's"
          + " own folder, as ./cts lab link");
    }
    return folder;
  }

  private MadeImage image(WorkFolder work) throws IOException {
    var maker = new ImageMaker(work.resolve("pieces"));
    var files = new MachineFiles();
    var jars = maker.piece(files.jars(Math.min(40, megabytes) * MB));
    var pieces = new ArrayList<LayerPiece>();
    for (var bytes = 0L; bytes < megabytes * MB; bytes += jars.gzipBytes()) {
      pieces.add(jars);
    }
    pieces.add(maker.last(files.jdkTexts(MB)));
    return maker.image(IMAGE, new LayoutFolder(work.resolve("images"), IMAGE), List.of(pieces));
  }

  private void measure(FarAway far, LongLink link, Digest layer, long bytes, LabReport report)
      throws IOException, CommandFailed, InterruptedException {
    var path = "v2/" + UPSTREAM + "/" + IMAGE.substring(0, IMAGE.indexOf(':')) + "/blobs/" + layer;
    var ours = new Samples();
    var peer = new Samples();
    for (var round = 0; round < rounds; round++) {
      var agent = far.throughAgent(path);
      if (agent.bytes() != bytes) {
        throw new CommandFailed("tried to fetch " + bytes + " bytes through the agent but " + agent.bytes() + " came");
      }
      ours.add(agent.mbitPerSecond());
      peer.add(far.byCurl(path, Math.min(bytes, 20 * MB)).mbitPerSecond());
    }
    var target = (link.cutSeconds == 0 ? 0.9 : 0.8) * link.mbit;
    report.add(Figure.beside("one curl", peer.median(), "goodput: " + link, ours.median(), "Mbit/s",
        Target.valueAtLeast(target)));
  }
}
