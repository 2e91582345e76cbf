package io.cts.client.lab;

import io.cts.client.CommandFailed;
import io.cts.client.CtsApi;
import io.cts.client.Version;
import io.cts.client.pull.Client;
import io.cts.client.pull.Destination;
import io.cts.client.pull.Puller;
import io.cts.client.pull.RateLimit;
import io.cts.client.pull.Source;
import io.cts.client.sandbox.Announcement;
import io.cts.client.sandbox.ImageMaker;
import io.cts.client.sandbox.LayerPiece;
import io.cts.client.sandbox.MachineFiles;
import io.cts.client.sandbox.MadeImage;
import io.cts.client.sandbox.RunningCts;
import io.cts.contract.ImageRef;
import io.cts.oci.Reference;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code cts lab first-pull}: an image that CTS has never seen, through CTS and straight from its upstream. */
@Command(name = "first-pull", description = {
    "Pulls images that CTS has never seen through it, and the same straight from their upstream (docker-registry), in",
    "turns, with the same client (that of cts pull: it decodes and verifies everything, and keeps nothing).",
    "Without --mbit nothing is limited: the client, CTS and the upstream share this machine's processors, so that all",
    "the work that CTS does is in the figure, which is more than a client with a machine of its own would notice.",
    "With --mbit the client's link decides, as it mostly does; then the figure is what CTS adds on the way."}, footer = {
        "", "Examples:", "  cts lab first-pull", "  cts lab first-pull --mbit 1000",
        "  cts lab first-pull --mbit 200 --pairs 3 --json"}, mixinStandardHelpOptions = true)
public final class FirstPullLab implements Callable<Integer> {
  private static final String UPSTREAM = "lab.local";
  private static final long MB = 1_000_000;

  @Option(names = "--pairs", description = "of pulls, in turns (default: ${DEFAULT-VALUE})")
  private int pairs = 5;

  @Option(names = "--mbit", description = "speed of the client's link in Mbit/s (default: none)")
  private @Nullable Double mbit;

  @Option(names = "--quick", description = "one pair with a small image: shows that it works, and no more")
  private boolean quick;

  @Mixin
  private LabOutput output;

  @Mixin
  private OwnCts own;

  @Override
  public Integer call() throws IOException, CommandFailed {
    Tool.need(Tool.DOCKER_REGISTRY);
    if (quick) {
      pairs = 1;
    }
    try (var report = output.report()) {
      var work = own.folder();
      try (var registry = DockerRegistry.start(work.resolve("registry"))) {
        var images = images(work.resolve("pieces"), registry);
        var first = images.getFirst();
        report.note(String.format(Locale.ROOT,
            "Images of %d layers, %.1f MB as pulled, %.1f MB unpacked; the client is cts pull; %d processors for all.",
            first.layers().size(), first.gzipBytes() / 1e6, first.plainBytes() / 1e6,
            Runtime.getRuntime().availableProcessors()));
        try (var cts = own.start(work, UPSTREAM + "=" + registry.address(), "--no-worker")) {
          report.add(measure(cts, registry, images));
        }
      }
      work.delete();
      return 0;
    }
  }

  /** Each with layers of its own, so that CTS has never seen any of it; one more than pairs, to warm up. */
  private List<MadeImage> images(Path folder, DockerRegistry registry) throws IOException {
    var maker = new ImageMaker(folder);
    var files = new MachineFiles();
    var scale = quick ? 10 : 1;
    var contents = List.of(maker.last(files.jdkTexts(3 * MB)), maker.last(files.jdkBinaries(60 * MB / scale)),
        maker.last(files.classes(140 * MB / scale)), maker.last(files.jars(50 * MB / scale)));
    var images = new ArrayList<MadeImage>();
    for (var number = 0; number <= pairs; number++) {
      var name = "lab/first-pull:" + number;
      var layers = new ArrayList<List<LayerPiece>>();
      for (var content : contents) {
        var mark = (name + " layer " + layers.size()).getBytes(StandardCharsets.UTF_8);
        layers.add(List.of(maker.piece(tar -> tar.file("etc/mark", mark)), content));
      }
      images.add(maker.image(name, new PushedImage(registry.address(), name), layers));
    }
    return images;
  }

  private Figure measure(RunningCts cts, DockerRegistry registry, List<MadeImage> images)
      throws IOException, CommandFailed {
    var through = new Samples();
    var straight = new Samples();
    for (var i = 0; i < images.size(); i++) {
      var image = images.get(i);
      var isWarmUp = i == 0;
      var ctsFirst = i % 2 == 1;
      var straightSeconds = ctsFirst ? 0 : pull(registry.address(), "", image);
      var throughSeconds = pull(cts.registry(), UPSTREAM + "/", image);
      settle(cts, image);
      if (ctsFirst) {
        straightSeconds = pull(registry.address(), "", image);
      }
      if (!isWarmUp) {
        through.add(throughSeconds);
        straight.add(straightSeconds);
      }
    }
    return Figure.beside("straight from " + DockerRegistry.NAME, straight.median(), String.format(Locale.ROOT,
        "first pull of %.0f MB, %s", images.getFirst().gzipBytes() / 1e6, mbit == null
            ? "no limit"
            : new RateLimit(mbit)),
        through.median(), "s", Target.ratioAtMost(1.03));
  }

  private double pull(URI registry, String prefix, MadeImage image) throws IOException {
    var client = Client.of(Version.text()).limited(mbit == null ? null : new RateLimit(mbit));
    var name = ImageRef.parse(UPSTREAM + "/" + image.name());
    var result = new Puller(client, new Source(registry, prefix + name.repository(), Reference.of(name)),
        ImageMaker.platform(), Destination.NOWHERE).pull();
    if (!result.config().equals(image.config())) {
      throw new IOException("pulled " + image.name() + " from " + registry + " but it is another image: "
          + result.config());
    }
    return result.seconds();
  }

  /** Waits until CTS has looked at the image, so that the next pull has the machine to itself; nobody encodes it. */
  private static void settle(RunningCts cts, MadeImage image) throws CommandFailed {
    var api = new CtsApi(cts.api());
    Announcement.make(api, ImageRef.parse(UPSTREAM + "/" + image.name()), ImageMaker.platform(), null)
        .awaitPlanned(api);
  }
}
