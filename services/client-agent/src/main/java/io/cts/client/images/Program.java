package io.cts.client.images;

import io.cts.client.CommandFailed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Another program, run to its end.
 *
 * @param folder where it runs
 */
record Program(Path folder, List<String> line) {

  /**
   * With BuildKit where Docker can do without, and with the Java that runs this.
   *
   * @return what it printed
   * @throws CommandFailed if it cannot be started or does not end well; with the last of what it said
   */
  String run() throws CommandFailed, IOException {
    var errors = Files.createTempFile("cts-", ".log");
    try {
      var builder = new ProcessBuilder(line).directory(folder.toFile())
          .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
          .redirectError(errors.toFile());
      builder.environment().putIfAbsent("DOCKER_BUILDKIT", "1");
      builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
      var process = builder.start();
      var printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new CommandFailed(
            "tried to run " + String.join(" ", line) + " but it ended with code " + process.exitValue()
                + ":\n" + last(Files.readString(errors)));
      }
      return printed.strip();
    } catch (IOException e) {
      throw new CommandFailed("tried to run " + line.getFirst() + " but it cannot be started (" + e.getMessage()
          + "): is it installed?", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while " + line.getFirst() + " ran", e);
    } finally {
      Files.deleteIfExists(errors);
    }
  }

  private static String last(String text) {
    var lines = text.lines().toList();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
  }
}
