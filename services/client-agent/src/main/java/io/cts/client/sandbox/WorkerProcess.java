package io.cts.client.sandbox;

import io.cts.client.CommandFailed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A {@code cts worker} of our own that encodes one layer at a time and is held to one core. Closing it stops it. */
public final class WorkerProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final Duration END = Duration.ofSeconds(20);
  private static final String CORES = "1";

  private final Process process;
  private final Thread stopAtExit;
  private final Path log;

  private WorkerProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
    this.stopAtExit = new Thread(this::kill, "stop a worker");
    Runtime.getRuntime().addShutdownHook(stopAtExit);
  }

  /**
   * Starts a worker, which needs root for its CPU quota; {@link #awaitUp} tells when it works.
   *
   * @param launcher the program {@code cts}
   * @param data of the CTS that it works for
   */
  public static WorkerProcess start(Path launcher, Path data, Path log) throws IOException {
    var quota = launcher.resolveSibling("infra/lab/links/cpu");
    return new WorkerProcess(
        new ProcessBuilder(quota.toString(), CORES, launcher.toString(), "worker", "--data", data.toString(),
            "--parallel", "1").redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .redirectInput(Path.of("/dev/null").toFile())
            .start(),
        log);
  }

  public void awaitUp() throws IOException, CommandFailed, InterruptedException {
    var deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!Files.readString(log).contains(" is up")) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        throw new CommandFailed("tried to start a worker but it " + (process.isAlive()
            ? "was not up within " + PATIENCE.toSeconds() + " s"
            : "ended with code " + process.exitValue()) + "; what it said is in " + log);
      }
      Thread.sleep(200);
    }
  }

  /** As a crash ends it: nothing is given back. */
  public void kill() {
    process.descendants().toList().forEach(ProcessHandle::destroyForcibly);
  }

  @Override
  public void close() {
    process.descendants().toList().forEach(ProcessHandle::destroy);
    try {
      if (!process.waitFor(END.toSeconds(), TimeUnit.SECONDS)) {
        kill();
        process.waitFor();
      }
      Runtime.getRuntime().removeShutdownHook(stopAtExit);
    } catch (InterruptedException e) {
      kill();
      Thread.currentThread().interrupt();
    } catch (IllegalStateException e) {
      // this program is ending, and the hook runs already
    }
  }
}
