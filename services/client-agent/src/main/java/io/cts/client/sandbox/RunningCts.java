package io.cts.client.sandbox;

import io.cts.client.CommandFailed;
import io.cts.client.CtsApi;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A CTS of our own, in a child process, on free ports. Closing it stops it. */
public final class RunningCts implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(180);
  private static final Duration END = Duration.ofSeconds(20);

  private final ChildProcess process;
  private final Path log;
  private final int apiPort;
  private final int registryPort;

  private RunningCts(ChildProcess process, Path log, int apiPort, int registryPort) {
    this.process = process;
    this.log = log;
    this.apiPort = apiPort;
    this.registryPort = registryPort;
  }

  /**
   * Starts CTS and waits until it answers.
   *
   * @param launcher the program {@code cts}
   * @param data where it keeps everything
   * @param upstream {@code NAME=URL}
   * @param more options of {@code cts up}
   */
  public static RunningCts start(Path launcher, Path data, Path log, String upstream, String... more)
      throws IOException, CommandFailed {
    return start(launcher, data, log, upstream, Map.of(), more);
  }

  /** @param settings by the names of their environment variables */
  public static RunningCts start(Path launcher, Path data, Path log, String upstream, Map<String, String> settings,
      String... more) throws IOException, CommandFailed {
    var apiPort = ChildProcess.freePort();
    var registryPort = ChildProcess.freePort();
    var command = new ArrayList<>(List.of(launcher.toString(), "up", "--data", data.toString(), "--api-port",
        String.valueOf(apiPort), "--registry-port", String.valueOf(registryPort), "--no-public-upstreams",
        "--upstream", upstream));
    command.addAll(List.of(more));
    var builder = new ProcessBuilder(command).redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    builder.environment().putAll(settings);
    var process = new ChildProcess(builder.start(), "CTS", END);
    var running = new RunningCts(process, log, apiPort, registryPort);
    try {
      running.awaitUp();
      return running;
    } catch (CommandFailed e) {
      running.close();
      throw e;
    }
  }

  private void awaitUp() throws CommandFailed, IOException {
    var deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      if (!process.isAlive()) {
        throw new CommandFailed("tried to start CTS but it ended with code " + process.exitCode() + ": "
            + lastLine() + "; all that it said is in " + log);
      }
      if (answers()) {
        return;
      }
      pause();
    }
    throw new CommandFailed("tried to start CTS but it did not answer within " + PATIENCE.toSeconds()
        + " s; what it said is in " + log);
  }

  private boolean answers() {
    try {
      new CtsApi(registry()).get("v2/");
      return new CtsApi(api()).get("actuator/health").path("status").asString("").equals("UP");
    } catch (CommandFailed e) {
      return false; // not yet
    }
  }

  private static void pause() throws CommandFailed {
    try {
      Thread.sleep(200);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailed("starting CTS was given up", e);
    }
  }

  private String lastLine() throws IOException {
    try (var lines = Files.lines(log)) {
      return lines.filter(line -> !line.isBlank()).reduce((_, last) -> last).orElse("it said nothing");
    }
  }

  public URI api() {
    return URI.create("http://127.0.0.1:" + apiPort + "/");
  }

  public URI registry() {
    return URI.create("http://127.0.0.1:" + registryPort + "/");
  }

  /** Of the JVM that all services run in. */
  public long processId() {
    return process.id();
  }

  @Override
  public void close() {
    process.close();
  }
}
