package io.cts.client.lab;

import io.cts.client.CommandFailed;
import io.cts.client.sandbox.ChildProcess;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Debian's docker-registry, in a child process, with its data in a folder: the peer, and CTS's upstream. */
final class DockerRegistry implements AutoCloseable {
  static final String NAME = "docker-registry";
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final long POLL_MILLIS = 100;

  private final ChildProcess process;
  private final URI address;

  private DockerRegistry(ChildProcess process, URI address) {
    this.process = process;
    this.address = address;
  }

  /** Starts it and waits until it answers. */
  static DockerRegistry start(Path folder) throws IOException, CommandFailed {
    Files.createDirectories(folder);
    var port = ChildProcess.freePort();
    var log = folder.resolve("log");
    var config = Files.writeString(folder.resolve("config.yml"), """
        version: 0.1
        log: {level: warn, accesslog: {disabled: true}}
        storage: {filesystem: {rootdirectory: "%s"}}
        http: {addr: "127.0.0.1:%d"}
        """.formatted(folder.resolve("data"), port));
    var process = new ProcessBuilder(NAME, "serve", config.toString()).redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
    var registry = new DockerRegistry(new ChildProcess(process, NAME, PATIENCE),
        URI.create("http://127.0.0.1:" + port + "/"));
    try {
      registry.awaitUp(log);
      return registry;
    } catch (CommandFailed e) {
      registry.close();
      throw e;
    }
  }

  private void awaitUp(Path log) throws CommandFailed {
    var deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!answers()) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        throw new CommandFailed("tried to start " + NAME + " but it "
            + (process.isAlive()
                ? "did not answer within " + PATIENCE.toSeconds() + " s"
                : "ended with code " + process.exitCode())
            + "; what it said is in " + log);
      }
      try {
        Thread.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CommandFailed("starting " + NAME + " was given up", e);
      }
    }
  }

  private boolean answers() {
    try {
      return ((HttpURLConnection) address.resolve("v2/").toURL().openConnection()).getResponseCode() == 200;
    } catch (IOException e) {
      return false; // not yet
    }
  }

  URI address() {
    return address;
  }

  @Override
  public void close() {
    process.close();
  }
}
