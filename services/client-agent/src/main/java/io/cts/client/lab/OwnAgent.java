package io.cts.client.lab;

import io.cts.client.CommandFailed;
import io.cts.client.CtsApi;
import io.cts.client.sandbox.ChildProcess;
import io.cts.client.sandbox.RunningCts;
import io.cts.client.sandbox.WorkFolder;
import io.cts.contract.NodeId;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** An agent of our own, in a child process, beside a CTS of our own. Its store stays for the next one. */
final class OwnAgent implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long POLL_MILLIS = 10;

  private final ChildProcess process;
  private final URI uri;
  private final Path store;
  private final double startSeconds;

  private OwnAgent(ChildProcess process, URI uri, Path store, double startSeconds) {
    this.process = process;
    this.uri = uri;
    this.store = store;
    this.startSeconds = startSeconds;
  }

  /** Starts it and waits until it answers. */
  static OwnAgent start(Path launcher, RunningCts cts, WorkFolder work, NodeId node)
      throws IOException, CommandFailed, InterruptedException {
    var port = ChildProcess.freePort();
    var uri = URI.create("http://127.0.0.1:" + port + "/");
    var log = work.resolve("agent.log");
    var store = work.resolve("store");
    var began = System.nanoTime();
    var process = new ChildProcess(new ProcessBuilder(List.of(launcher.toString(), "agent", "--no-probe", "--listen",
        "127.0.0.1:" + port,
        "--registry", cts.registry().toString(), "--api", cts.api().toString(), "--node", node.toString(), "--store",
        store.toString())).redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start(), "an agent", PATIENCE);
    while (!answers(uri)) {
      if (!process.isAlive() || System.nanoTime() - began > PATIENCE.toNanos()) {
        process.close();
        throw new CommandFailed("tried to start an agent but it did not answer; what it said is in " + log);
      }
      Thread.sleep(POLL_MILLIS);
    }
    return new OwnAgent(process, uri, store, (System.nanoTime() - began) / 1e9);
  }

  private static boolean answers(URI uri) {
    try {
      new CtsApi(uri).get("v2/");
      return true;
    } catch (CommandFailed e) {
      return false; // not yet
    }
  }

  URI uri() {
    return uri;
  }

  /** The folder that it keeps layers in. */
  Path store() {
    return store;
  }

  /** From the start of the process until it answered. */
  double startSeconds() {
    return startSeconds;
  }

  long processId() {
    return process.id();
  }

  @Override
  public void close() {
    process.close();
  }
}
