package io.cts.client.lab;

import io.cts.contract.Digest;
import io.cts.delta.BaseMissing;
import io.cts.delta.FileLayer;
import io.cts.delta.apply.DeltaApplier;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Applies a delta in a process of its own, so that its memory is told apart from the lab's. */
final class ApplyOnce {
  private ApplyOnce() {}

  /** What it took, the start of the process left out. */
  record Took(double seconds, double peakMegabytes) {}

  /** DELTA OLD OLD-DIFFID NEW-DIFFID; prints seconds and the most megabytes held. */
  public static void main(String[] arguments) throws IOException {
    var old = Path.of(arguments[1]);
    var begun = System.nanoTime();
    try (var delta = Files.newInputStream(Path.of(arguments[0]))) {
      new DeltaApplier(diffId -> {
        if (!diffId.toString().equals(arguments[2])) {
          throw new BaseMissing(diffId);
        }
        return new FileLayer(old);
      }).apply(delta, Digest.parse(arguments[3]), OutputStream.nullOutputStream());
    }
    System.out.println((System.nanoTime() - begun) / 1e9 + " " + peakMegabytes());
  }

  /** proc(5), VmHWM: heap, code and native memory. */
  private static double peakMegabytes() throws IOException {
    try (var lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines.filter(line -> line.startsWith("VmHWM:"))
          .mapToDouble(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024 / 1e6)
          .findFirst()
          .orElseThrow(() -> new UncheckedIOException(new IOException("this system does not tell a process's memory")));
    }
  }

  static Took run(Path delta, Path old, Digest oldDiffId, Digest newDiffId) throws IOException, InterruptedException {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var process = new ProcessBuilder(List.of(java, "-Xmx128m", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow", "-cp", System.getProperty("java.class.path"),
        ApplyOnce.class.getName(),
        delta.toString(), old.toString(), oldDiffId.toString(), newDiffId.toString()))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
    process.getOutputStream().close();
    var printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    var numbers = printed.split(" ", -1);
    if (process.waitFor() != 0 || numbers.length != 2) {
      throw new IOException("applying the delta failed");
    }
    return new Took(Double.parseDouble(numbers[0]), Double.parseDouble(numbers[1]));
  }
}
