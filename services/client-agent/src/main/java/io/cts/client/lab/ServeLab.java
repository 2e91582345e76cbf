package io.cts.client.lab;

import io.cts.client.CommandFailed;
import io.cts.client.CtsApi;
import io.cts.client.sandbox.Announcement;
import io.cts.client.sandbox.ImageMaker;
import io.cts.client.sandbox.MadeImage;
import io.cts.client.sandbox.RunningCts;
import io.cts.client.sandbox.WorkFolder;
import io.cts.contract.Digest;
import io.cts.contract.ImageRef;
import io.cts.oci.MediaTypes;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code cts lab serve}: CTS's {@code /v2/} beside Debian's docker-registry. */
@Command(name = "serve", description = {
    "Loads CTS's /v2/ and Debian's docker-registry with the same requests for the same bytes, in turns: a blob of",
    "100 MB over 1 and 8 connections, the first read of a blob, which CTS verifies, and manifests over 32 connections.",
    "Both are warm. The load comes from wrk; single reads from a plain socket. Figures are medians of the rounds.",
    "Needs docker-registry and wrk (Debian's packages of that name)."}, footer = {"", "Examples:", "  cts lab serve",
        "  cts lab serve --rounds 9 --json"}, mixinStandardHelpOptions = true)
public final class ServeLab implements Callable<Integer> {
  private static final String UPSTREAM = "lab.local";
  private static final String IMAGE = "lab/serve:1";
  private static final int MEGA = 1_000_000;
  private static final int MANY = 32;
  /** Single reads are short: so many a round. */
  private static final int READS = 3;

  @Option(names = "--rounds", description = "of each (default: ${DEFAULT-VALUE})")
  private int rounds = 5;

  @Option(names = "--seconds", description = "of load in each round, on each side (default: ${DEFAULT-VALUE})")
  private int seconds = 2;

  @Option(names = "--quick", description = "one short round with a blob of 20 MB: shows that it works, and no more")
  private boolean quick;

  @Mixin
  private LabOutput output;

  @Mixin
  private OwnCts own;

  /** One of the two. */
  private record Side(URI repository) {
    URI blob(Digest digest) {
      return repository.resolve("blobs/" + digest);
    }

    URI manifest(Object reference) {
      return repository.resolve("manifests/" + reference);
    }
  }

  /** Some load on a side, and what it gave. */
  @FunctionalInterface
  private interface Load {
    double on(Side side) throws IOException, CommandFailed, InterruptedException;
  }

  @Override
  public Integer call() throws IOException, CommandFailed, InterruptedException {
    Tool.need(Tool.DOCKER_REGISTRY, Tool.WRK);
    if (quick) {
      rounds = 1;
      seconds = 1;
    }
    var work = own.folder();
    try (var registry = DockerRegistry.start(work.resolve("registry"))) {
      var image = image(work, registry);
      try (var cts = own.start(work, UPSTREAM + "=" + registry.address())) {
        Announcement.make(new CtsApi(cts.api()), ImageRef.parse(UPSTREAM + "/" + IMAGE), ImageMaker.platform(), null)
            .awaitReady(new CtsApi(cts.api()));
        measure(work, image, cts, registry);
      }
    }
    work.delete();
    return 0;
  }

  /** One layer that no codec makes smaller, so that CTS has nothing to do once it has looked. */
  private MadeImage image(WorkFolder work, DockerRegistry registry) throws IOException {
    var maker = new ImageMaker(work.resolve("pieces"));
    var bytes = new byte[(quick ? 20 : 100) * MEGA];
    new Random(1).nextBytes(bytes);
    return maker.image(IMAGE, new PushedImage(registry.address(), IMAGE),
        List.of(List.of(maker.last(tar -> tar.file("data", bytes)))));
  }

  private void measure(WorkFolder work, MadeImage image, RunningCts cts, DockerRegistry registry)
      throws IOException, CommandFailed, InterruptedException {
    try (var report = output.report()) {
      report
          .note("%d rounds of %d s on each side, %d processors; the load's own work is on them, too.".formatted(rounds,
              seconds, Runtime.getRuntime().availableProcessors()));
      var ours = new Side(cts.registry().resolve("v2/" + UPSTREAM + "/lab/serve/"));
      var theirs = new Side(registry.address().resolve("v2/lab/serve/"));
      var wrk = new Wrk(work.path());
      var layer = image.layers().getFirst();
      var size = layer.sizeBytes() / MEGA + " MB";
      var read = new OneRead();
      for (var connections : List.of(1, 8)) {
        Load load = side -> wrk.run(side.blob(layer.digest()), connections, time(), Map.of()).megabytesPerSecond();
        report.add(inTurns("blob of " + size + ", " + connections + (connections == 1 ? " connection" : " connections"),
            "MB/s", rounds, ours, theirs, load, Target.ratioAtLeast(1)));
      }
      report.add(inTurns("blob of " + size + ", first read, verified on the way", "MB/s", rounds * READS, ours, theirs,
          side -> {
            if (side.equals(ours)) {
              changeStamp(work, layer.digest());
            }
            return layer.sizeBytes() / 1e6 / read.of(side.blob(layer.digest()), layer.sizeBytes());
          }, Target.ratioAtLeast(0.6)));
      for (var reference : List.of(image.manifest(), "1")) {
        Load load = side -> wrk
            .run(side.manifest(reference), MANY, time(), Map.of("Accept", MediaTypes.ACCEPT_MANIFESTS))
            .requestsPerSecond();
        report.add(inTurns("manifest by " + (reference instanceof Digest ? "digest" : "tag") + ", " + MANY
            + " connections", "requests/s", rounds, ours, theirs, load, Target.ratioAtLeast(6)));
      }
    }
  }

  private Duration time() {
    return Duration.ofSeconds(seconds);
  }

  /** CTS trusts bytes that it has verified as long as their file stays as it is: this one is to be verified again. */
  private static void changeStamp(WorkFolder work, Digest blob) throws IOException {
    Path file = OwnCts.data(work)
        .resolve("blobs/blobs/sha256")
        .resolve(blob.hex().substring(0, 2))
        .resolve(blob.hex());
    Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
  }

  /** Both sides in turns, each as often the first; one round before to warm up. */
  private Figure inTurns(String figure, String unit, int times, Side ours, Side theirs, Load load, Target target)
      throws IOException, CommandFailed, InterruptedException {
    var our = new Samples();
    var their = new Samples();
    load.on(ours);
    load.on(theirs);
    for (var round = 0; round < times; round++) {
      if (round % 2 == 0) {
        our.add(load.on(ours));
        their.add(load.on(theirs));
      } else {
        their.add(load.on(theirs));
        our.add(load.on(ours));
      }
    }
    return Figure.beside(DockerRegistry.NAME, their.median(), figure, our.median(), unit, target);
  }
}
