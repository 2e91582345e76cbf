package io.cts.client.lab;

import io.cts.client.CommandFailed;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Debian's {@code wrk}: asks for one address over a number of connections, again and again. */
final class Wrk {
  private static final Duration SLOWEST_ANSWER = Duration.ofSeconds(30);
  private static final Pattern SUMMARY = Pattern
      .compile("^summary (\\d+) requests (\\d+) bytes (\\d+) us (\\d+) refused (\\d+) broken$", Pattern.MULTILINE);
  /** How wrk says exactly what it counted. */
  private static final String SCRIPT = """
      done = function(summary, latency, requests)
        local e = summary.errors
        io.write(string.format("summary %d requests %d bytes %d us %d refused %d broken\\n", summary.requests,
          summary.bytes, summary.duration, e.status, e.connect + e.read + e.write + e.timeout))
      end
      """;

  private final Path script;

  /** @param folder for its script */
  Wrk(Path folder) throws IOException {
    this.script = Files.writeString(folder.resolve("summary.lua"), SCRIPT);
  }

  /** What came through. */
  record Outcome(double requestsPerSecond, double megabytesPerSecond) {}

  Outcome run(URI address, int connections, Duration time, Map<String, String> headers)
      throws CommandFailed, InterruptedException {
    var threads = Math.min(connections, Runtime.getRuntime().availableProcessors());
    var command = new ArrayList<>(List.of("wrk", "--threads", String.valueOf(threads), "--connections",
        String.valueOf(connections), "--duration", Math.max(1, time.toSeconds()) + "s", "--timeout",
        SLOWEST_ANSWER.toSeconds() + "s", "--script", script.toString()));
    headers.forEach((name, value) -> command.addAll(List.of("--header", name + ": " + value)));
    command.add(address.toString());
    try {
      var process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return outcome(address, process.waitFor(), output);
    } catch (IOException e) {
      throw new CommandFailed("tried to run wrk but it did not start: " + e.getMessage(), e);
    }
  }

  private static Outcome outcome(URI address, int exitCode, String output) throws CommandFailed {
    var summary = SUMMARY.matcher(output);
    if (exitCode != 0 || !summary.find()) {
      throw new CommandFailed("tried to load " + address + " with wrk but it failed: " + output.strip());
    }
    if (!summary.group(4).equals("0") || !summary.group(5).equals("0")) {
      throw new CommandFailed("tried to load " + address + " with wrk but " + summary.group(4)
          + " answers were errors and " + summary.group(5) + " broke off");
    }
    var seconds = Long.parseLong(summary.group(3)) / 1e6;
    return new Outcome(Long.parseLong(summary.group(1)) / seconds, Long.parseLong(summary.group(2)) / 1e6 / seconds);
  }
}
