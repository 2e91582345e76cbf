package io.cts.client.lab;

import io.cts.client.CommandFailed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * A program of this machine that a lab measures beside, or with.
 *
 * @param debianPackage that it is in
 */
record Tool(String name, String debianPackage) {
  static final Tool DOCKER_REGISTRY = new Tool("docker-registry", "docker-registry");
  static final Tool WRK = new Tool("wrk", "wrk");

  /** Fails, saying what to install, unless all are here. */
  static void need(Tool... programs) throws CommandFailed {
    var missing = Arrays.stream(programs).filter(program -> !isInstalled(program.name())).toList();
    if (!missing.isEmpty()) {
      throw new CommandFailed("cannot measure without "
          + missing.stream().map(Tool::name).collect(Collectors.joining(" and ")) + ", which "
          + (missing.size() == 1 ? "is" : "are") + " not installed (on Debian: apt-get install "
          + missing.stream().map(Tool::debianPackage).collect(Collectors.joining(" ")) + ")");
    }
  }

  static boolean isInstalled(String program) {
    var path = System.getenv("PATH");
    for (var folder : path == null ? new String[0] : path.split(":")) {
      if (Files.isExecutable(Path.of(folder, program))) {
        return true;
      }
    }
    return false;
  }
}
