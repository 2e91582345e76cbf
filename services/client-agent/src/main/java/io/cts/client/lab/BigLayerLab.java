package io.cts.client.lab;

import io.cts.client.CommandFailed;
import io.cts.client.CtsApi;
import io.cts.client.Version;
import io.cts.client.pull.Client;
import io.cts.client.pull.Destination;
import io.cts.client.pull.LayoutFolder;
import io.cts.client.pull.PullResult;
import io.cts.client.pull.Puller;
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
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code cts lab big-layer}: how much more heap a large layer takes while it passes through CTS. */
@Command(name = "big-layer", description = {
    "Pulls an image of one large layer through a CTS that has never seen it, and waits until CTS has studied and",
    "encoded it. Meanwhile the JVM of the six services is asked what its heap holds after a garbage collection.",
    "The layer is real files of this machine over and over; it takes about five times its size in --work."}, footer = {
        "", "Examples:", "  cts lab big-layer",
        "  cts lab big-layer --megabytes 500 --json"}, mixinStandardHelpOptions = true)
public final class BigLayerLab implements Callable<Integer> {
  private static final String UPSTREAM = "lab.local";
  private static final long MB = 1_000_000;
  private static final Duration PATIENCE = Duration.ofMinutes(30);
  private static final Duration BETWEEN = Duration.ofSeconds(2);

  @Option(names = "--megabytes", description = "of the layer as it is pulled (default: ${DEFAULT-VALUE})")
  private long megabytes = 2000;

  @Option(names = "--quick", description = "a layer of 20 MB: shows that it works, and no more")
  private boolean quick;

  @Mixin
  private LabOutput output;

  @Mixin
  private OwnCts own;

  @Override
  public Integer call() throws IOException, CommandFailed, InterruptedException {
    if (quick) {
      megabytes = 20;
    }
    try (var report = output.report()) {
      var work = own.folder();
      var layout = work.resolve("images");
      var images = images(work.resolve("pieces"), layout);
      report.note(String.format(Locale.ROOT, "One layer of %,.1f MB as pulled, %,.1f MB unpacked.",
          images.big.gzipBytes() / 1e6, images.big.plainBytes() / 1e6));
      try (var cts = own.start(work, UPSTREAM + "=oci:" + layout)) {
        pass(cts, images.small); // loads what is loaded once
        measure(cts, images.big, report);
      }
      work.delete();
      return 0;
    }
  }

  private record Images(MadeImage small, MadeImage big) {}

  private Images images(Path folder, Path layout) throws IOException {
    var maker = new ImageMaker(folder);
    var files = new MachineFiles();
    var small = maker.last(files.jdkTexts(3 * MB));
    var classes = maker.piece(files.classes(40 * MB));
    var jars = maker.piece(files.jars(40 * MB));
    var pieces = new ArrayList<LayerPiece>();
    for (var bytes = 0L; bytes < megabytes * MB;) {
      var next = pieces.size() % 2 == 0 ? classes : jars;
      pieces.add(next);
      bytes += next.gzipBytes();
    }
    pieces.add(small);
    return new Images(maker.image("lab/small:1", new LayoutFolder(layout, "lab/small:1"), List.of(List.of(small))),
        maker.image("lab/big:1", new LayoutFolder(layout, "lab/big:1"), List.of(pieces)));
  }

  private void measure(RunningCts cts, MadeImage image, LabReport report)
      throws CommandFailed, InterruptedException {
    var heap = new LiveHeap(cts.processId());
    var before = heap.bytes();
    var during = new Samples();
    var begun = System.nanoTime();
    PullResult pulled;
    try (var background = Executors.newSingleThreadExecutor()) {
      var passing = background.submit(() -> pass(cts, image));
      while (!isOver(passing)) {
        during.add(heap.bytes());
      }
      pulled = passing.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof CommandFailed failed) {
        throw failed;
      }
      throw new CommandFailed("tried to pass a layer of " + megabytes + " MB through CTS but: " + e.getMessage(), e);
    }
    var total = (System.nanoTime() - begun) / 1e9;
    during.add(heap.bytes());
    report.add(Figure.alone("heap in use before", before / 1e6, "MB", null));
    report.add(Figure.alone("more heap in use while a layer of " + image.gzipBytes() / MB + " MB passes",
        Math.max(0, during.largest() - before) / 1e6, "MB", Target.valueAtMost(128)));
    report.add(Figure.alone("its first pull", pulled.seconds(), "s", null));
    report.add(Figure.alone("until it was studied and encoded", total, "s", null));
    report.add(Figure.alone("encodings that were made of it", encodings(cts, image), "", Target.valueAtLeast(1)));
  }

  private static boolean isOver(Future<?> passing) throws InterruptedException {
    try {
      passing.get(BETWEEN.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      return true; // whoever takes the result is told
    }
  }

  /** Pulls an image that CTS does not know, and waits until CTS has done with it all that it does. */
  private static PullResult pass(RunningCts cts, MadeImage image) throws IOException, CommandFailed {
    var name = ImageRef.parse(UPSTREAM + "/" + image.name());
    var result = new Puller(Client.of(Version.text()), new Source(cts.registry(), name.name(), Reference.of(name)),
        ImageMaker.platform(), Destination.NOWHERE).pull();
    var api = new CtsApi(cts.api());
    Announcement.make(api, name, ImageMaker.platform(), null).awaitReady(api, PATIENCE);
    return result;
  }

  private static int encodings(RunningCts cts, MadeImage image) throws CommandFailed {
    var made = 0;
    var known = new CtsApi(cts.registry())
        .get("v1/images?image=" + CtsApi.segment(UPSTREAM + "/" + image.name()));
    for (var layer : known.path("layers")) {
      made += layer.path("variants").size();
    }
    return made;
  }
}
