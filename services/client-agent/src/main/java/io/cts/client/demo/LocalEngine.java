package io.cts.client.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An engine that is installed here, told to pull into a folder of the demo's and to say what it got. */
enum LocalEngine {
  SKOPEO("skopeo") {
    @Override
    List<List<String>> commands(String image, Path folder) {
      return List.of(
          List.of("skopeo", "copy", "--src-tls-verify=false", "docker://" + image, "oci:" + folder + ":demo"),
          List.of("skopeo", "inspect", "--raw", "oci:" + folder + ":demo"));
    }
  },
  PODMAN("podman") {
    @Override
    List<List<String>> commands(String image, Path folder) {
      var podman = List.of("podman", "--root", folder + "/root", "--runroot", folder + "/run", "--storage-driver",
          "vfs");
      return List.of(with(podman, "pull", "--quiet", "--tls-verify=false", image),
          with(podman, "image", "inspect", "--format", "sha256:{{.Id}}", image));
    }
  },
  DOCKER("docker") {
    @Override
    List<List<String>> commands(String image, Path folder) {
      return List.of(List.of("docker", "pull", "--quiet", image),
          List.of("docker", "image", "inspect", "--format", "{{.Id}}", image),
          List.of("docker", "image", "rm", image));
    }
  };

  private static final long PATIENCE_SECONDS = 60;

  private final String program;

  LocalEngine(String program) {
    this.program = program;
  }

  /** Pull, say the configuration's digest, and clean up what the folder's removal does not. */
  abstract List<List<String>> commands(String image, Path folder);

  /** @param said by the second command: holds the configuration's digest */
  record Outcome(double seconds, String said) {}

  String program() {
    return program;
  }

  /** Whether it is here and works: docker needs its daemon. */
  boolean isUsable(Path folder) {
    try {
      return run(List.of(program, this == DOCKER ? "info" : "--version"), folder).exitCode == 0;
    } catch (IOException e) {
      return false; // not installed
    }
  }

  /** @throws IOException with the engine's own words where it fails */
  Outcome pull(String image, Path folder) throws IOException {
    Files.createDirectories(folder);
    var commands = commands(image, folder);
    var started = System.nanoTime();
    succeed(commands.getFirst(), folder);
    var seconds = (System.nanoTime() - started) / 1e9;
    var said = succeed(commands.get(1), folder);
    for (var cleaning : commands.subList(2, commands.size())) {
      succeed(cleaning, folder);
    }
    return new Outcome(seconds, said);
  }

  private static String succeed(List<String> command, Path folder) throws IOException {
    var run = run(command, folder);
    if (run.exitCode != 0) {
      throw new IOException(String.join(" ", command) + " failed: " + run.output.strip());
    }
    return run.output;
  }

  private record Run(int exitCode, String output) {}

  private static Run run(List<String> command, Path folder) throws IOException {
    var output = Files.createTempFile(folder, ".output-", "");
    var process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException(String.join(" ", command) + " did not end within " + PATIENCE_SECONDS + " s");
      }
      return new Run(process.exitValue(), Files.readString(output));
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("the demo was given up", e);
    } finally {
      Files.deleteIfExists(output);
    }
  }

  private static List<String> with(List<String> some, String... more) {
    var all = new ArrayList<>(some);
    all.addAll(List.of(more));
    return all;
  }
}
