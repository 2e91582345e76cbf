package io.cts.client.lab;

import io.cts.client.CommandFailed;
import io.cts.codec.Codecs;
import io.cts.codec.DecodeBounds;
import io.cts.codec.LayerTranscoder;
import io.cts.codec.LayerTranscoder.Transcoded;
import io.cts.contract.CodecFamily;
import io.cts.contract.Encoding;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cts lab transcode}: gzip to zstd-3 with both digests, beside the usual commands. */
@Command(name = "transcode", description = {
    "Turns a gzip layer into zstd-3 and hashes both sides, as compression-worker does, in turns with the commands",
    "that do so in a shell. Nothing is written. Speeds are of plain bytes, the median of the rounds."}, footer = {"",
        "Examples:", "  cts lab transcode layer.tar.gz",
        "  cts lab transcode layer.tar.gz --rounds 9 --json"}, mixinStandardHelpOptions = true)
public final class TranscodeLab implements Callable<Integer> {
  private static final Map<Pipeline, Target> PEERS = peers();
  private static final double MEGA = 1e6;

  @Parameters(paramLabel = "FILE", description = "a gzip file, the larger the steadier the figures")
  private Path file;

  @Option(names = "--rounds", description = "of each, after one to warm up (default: ${DEFAULT-VALUE})")
  private int rounds = 5;

  @Mixin
  private LabOutput output;

  private static Map<Pipeline, Target> peers() {
    var peers = new LinkedHashMap<Pipeline, Target>();
    peers.put(new Pipeline("gzip | sha256sum | zstd", List.of("gzip", "tee", "sha256sum", "zstd"),
        "gzip -dc \"$1\" | tee >(sha256sum > /dev/null) | zstd -3 -q -c"), Target.ratioAtLeast(1.3));
    peers.put(new Pipeline("pigz | zstd", List.of("pigz", "zstd"), "pigz -dc \"$1\" | zstd -3 -q -c"),
        Target.ratioAtLeast(1.0));
    return peers;
  }

  @Override
  public Integer call() throws CommandFailed, InterruptedException {
    try (var report = output.report()) {
      var present = PEERS.keySet().stream().filter(peer -> peer.missing().isEmpty()).toList();
      var plainBytes = transcode().plainBytes();
      report.note(String.format(Locale.ROOT, "%s: %,.1f MB plain; %d rounds on %d processors.", file, plainBytes / MEGA,
          rounds, Runtime.getRuntime().availableProcessors()));
      var ours = new ArrayList<Double>();
      var theirs = new LinkedHashMap<Pipeline, List<Double>>();
      for (var round = 0; round < rounds; round++) {
        var begun = System.nanoTime();
        transcode();
        ours.add((System.nanoTime() - begun) / 1e9);
        for (var peer : present) {
          theirs.computeIfAbsent(peer, _ -> new ArrayList<>()).add(peer.run(file));
        }
      }
      for (var peer : present) {
        report.add(Figure.beside(peer.name(), speed(plainBytes, theirs.getOrDefault(peer, List.of())), "gzip to zstd-3",
            speed(plainBytes, ours), "MB/s", PEERS.get(peer)));
      }
      var peak = peakMegabytes();
      peak.ifPresent(megabytes -> report
          .add(Figure.alone("peak memory of this process", megabytes, "MB", Target.valueAtMost(200))));
      return measuredAll(peak);
    }
  }

  private Integer measuredAll(OptionalDouble peak) throws CommandFailed {
    for (var peer : PEERS.keySet()) {
      if (!peer.missing().isEmpty()) {
        throw new CommandFailed("could not measure " + peer.name() + ": " + String.join(", ", peer.missing())
            + " is not installed; install it and run this again");
      }
    }
    if (peak.isEmpty()) {
      throw new CommandFailed("could not measure this process's memory: /proc/self/status is not there, which is so on"
          + " other systems than Linux");
    }
    return 0;
  }

  private Transcoded transcode() throws CommandFailed {
    try (var in = Files.newInputStream(file)) {
      return new LayerTranscoder(in, storedAs(), DecodeBounds.LAYER, Encoding.zstd(3))
          .transcodeTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw new CommandFailed("tried to transcode " + file + " but it cannot be read: " + e.getMessage()
          + "; give a file made by gzip", e);
    }
  }

  private CodecFamily storedAs() throws IOException, CommandFailed {
    try (var in = Files.newInputStream(file)) {
      var family = Codecs.recognise(in.readNBytes(Codecs.HEAD_BYTES));
      if (family != CodecFamily.GZIP) {
        throw new CommandFailed(file + " is not made by gzip, as its first bytes say; the peers read gzip alone");
      }
      return family;
    }
  }

  private static double speed(long bytes, List<Double> seconds) {
    var sorted = seconds.stream().sorted().toList();
    return bytes / MEGA / sorted.get(sorted.size() / 2);
  }

  /** The most memory that this process has held so far (proc(5), VmHWM), its heap and its code included. */
  private static OptionalDouble peakMegabytes() {
    try (var lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines.filter(line -> line.startsWith("VmHWM:"))
          .mapToDouble(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024 / MEGA)
          .findFirst();
    } catch (IOException e) {
      return OptionalDouble.empty(); // no Linux
    }
  }
}
