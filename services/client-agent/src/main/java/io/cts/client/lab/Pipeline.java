package io.cts.client.lab;

import io.cts.client.CommandFailed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * Commands of this machine joined by a shell, as a peer.
 *
 * @param programs that have to be installed
 * @param script for bash; {@code $1} is the file
 */
record Pipeline(String name, List<String> programs, String script) {

  /** The programs that are not installed. */
  List<String> missing() {
    return programs.stream().filter(program -> !Tool.isInstalled(program)).toList();
  }

  /** Seconds that it took with {@code file}. */
  double run(Path file) throws CommandFailed, InterruptedException {
    var begun = System.nanoTime();
    try {
      var shell = new ProcessBuilder("bash", "-o", "pipefail", "-c", script, name, file.toString())
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start();
      shell.getOutputStream().close();
      var complaint = new String(shell.getErrorStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (shell.waitFor() != 0) {
        throw new CommandFailed("tried to run " + name + " on " + file + " but it failed: " + complaint);
      }
      return (System.nanoTime() - begun) / 1e9;
    } catch (IOException e) {
      throw new CommandFailed("tried to run " + name + " but the shell did not start: " + e.getMessage(), e);
    }
  }
}
