package io.cts.client.lab;

import io.cts.client.CommandFailed;
import io.cts.contract.Digest;
import io.cts.delta.BaseMissing;
import io.cts.delta.FileLayer;
import io.cts.delta.encode.DeltaEncoder;
import io.cts.delta.encode.Effort;
import io.cts.delta.tar.TarIndex;
import io.cts.delta.tar.TarIndexer;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cts lab delta}: what an update costs as a delta, beside other ways to send it. */
@Command(name = "delta", description = {
    "Makes deltas of one layer upon another, applies them, and sets their bytes beside what other programs send.",
    "Peers that are not installed are left out, and said so. infra/lab/images/pairs makes layers to try."}, footer = {
        "", "Examples:", "  cts lab delta old.tar new.tar",
        "  cts lab delta old.tar new.tar --slow --json"}, mixinStandardHelpOptions = true)
public final class DeltaLab implements Callable<Integer> {
  private static final double MEGA = 1e6;
  private static final int BUFFER_BYTES = 1 << 20;

  @Parameters(index = "0", paramLabel = "OLD", description = "the tar that the other side has")
  private Path old;

  @Parameters(index = "1", paramLabel = "NEW", description = "the tar that it wants")
  private Path young;

  @Option(names = "--slow", description = "with zstd -19, which takes minutes")
  private boolean slow;

  @Option(names = "--quick-only", description = "without the dense delta, which takes minutes")
  private boolean quickOnly;

  @Mixin
  private LabOutput output;

  private record Made(long bytes, double seconds) {}

  @Override
  public Integer call() throws CommandFailed, InterruptedException {
    try (var report = output.report()) {
      try {
        var folder = Files.createTempDirectory("cts-lab-delta");
        try {
          measure(report, folder);
        } finally {
          remove(folder);
        }
      } catch (IOException e) {
        throw new CommandFailed("tried to make a delta of " + young + " upon " + old + " but failed (" + e
            + "); give two tar files that can be read", e);
      }
      return 0;
    }
  }

  private void measure(LabReport report, Path folder) throws IOException, CommandFailed, InterruptedException {
    var oldIndex = index(old);
    var index = index(young);
    report.note(String.format(Locale.ROOT, "%s: %,.1f MB, %,d members; upon %s: %,.1f MB, %,d members.", young,
        index.bytes() / MEGA, index.members().size(), old, oldIndex.bytes() / MEGA, oldIndex.members().size()));
    Map<Effort, Made> ours = new EnumMap<>(Effort.class);
    for (var effort : quickOnly ? List.of(Effort.QUICK) : List.of(Effort.values())) {
      var delta = folder.resolve("delta");
      var made = encode(index, oldIndex, effort, delta);
      ours.put(effort, made);
      var name = name(effort);
      report.add(Figure.alone(name + ", encoded", index.bytes() / MEGA / made.seconds(), "MB/s of the layer",
          effort == Effort.QUICK ? Target.valueAtLeast(60) : null));
      var took = ApplyOnce.run(delta, old, oldIndex.diffId(), index.diffId());
      report.add(Figure.alone(name + ", applied", index.bytes() / MEGA / took.seconds(), "MB/s of the layer",
          Target.valueAtLeast(200)));
      report.add(
          Figure.alone(name + ", memory to apply", took.peakMegabytes(), "MB", Target.valueAtMost(256)));
    }
    for (var peer : DeltaPeer.all(slow)) {
      if (!peer.isInstalled()) {
        report.note("Without " + peer.name() + ": " + String.join(", ", peer.programs()) + " is not installed.");
        continue;
      }
      var its = peer.make(old.toAbsolutePath(), young.toAbsolutePath(), folder);
      ours.forEach((effort, made) -> report.add(Figure.beside(peer.name(), its.bytes() / MEGA, name(effort),
          made.bytes() / MEGA, "MB", effort == Effort.QUICK ? peer.quick() : peer.dense())));
      report.add(
          Figure.alone(peer.name() + ", encoded", index.bytes() / MEGA / its.seconds(), "MB/s of the layer", null));
    }
  }

  private static String name(Effort effort) {
    return "delta, " + effort.name().toLowerCase(Locale.ROOT);
  }

  private Made encode(TarIndex index, TarIndex oldIndex, Effort effort, Path delta) throws IOException {
    var begun = System.nanoTime();
    try (var layer = new FileLayer(young);
        var out = new BufferedOutputStream(Files.newOutputStream(delta), BUFFER_BYTES)) {
      var encoded = new DeltaEncoder(Runtime.getRuntime().availableProcessors()).encode(layer, index, List.of(oldIndex),
          diffId -> {
            if (!diffId.equals(oldIndex.diffId())) {
              throw new BaseMissing(diffId);
            }
            return new FileLayer(old);
          }, effort, out);
      out.flush();
      return new Made(encoded.deltaBytes(), (System.nanoTime() - begun) / 1e9);
    }
  }

  private static TarIndex index(Path tar) throws IOException {
    var indexer = new TarIndexer();
    var hash = Digest.Algorithm.SHA256.newHash();
    var buffer = new byte[BUFFER_BYTES];
    try (var in = Files.newInputStream(tar)) {
      for (var count = in.read(buffer); count > 0; count = in.read(buffer)) {
        indexer.accept(buffer, 0, count);
        hash.update(buffer, 0, count);
      }
    }
    return indexer.finish(Digest.finished(hash.digest()));
  }

  private static void remove(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
