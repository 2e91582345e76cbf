package io.cts.client.lab;

import io.cts.client.CommandFailed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** What a JVM's objects take that are in use: its {@code jcmd} collects garbage and counts what is left. */
record LiveHeap(long processId) {
  private static final Pattern TOTAL = Pattern.compile("^Total\\s+\\d+\\s+(\\d+)", Pattern.MULTILINE);

  long bytes() throws CommandFailed, InterruptedException {
    var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    try {
      var process = new ProcessBuilder(jcmd, String.valueOf(processId), "GC.class_histogram").redirectErrorStream(true)
          .start();
      var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      var total = TOTAL.matcher(output);
      if (process.waitFor() != 0 || !total.find()) {
        throw new CommandFailed("tried to ask process " + processId + " for its heap but jcmd said: "
            + output.lines().reduce((_, last) -> last).orElse("nothing"));
      }
      return Long.parseLong(total.group(1));
    } catch (IOException e) {
      throw new CommandFailed("cannot measure a heap without " + jcmd + " (" + e.getMessage()
          + "); run this with a JDK", e);
    }
  }
}
