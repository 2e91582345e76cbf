package io.cts.client.lab;

import io.cts.client.CommandFailed;
import io.cts.client.sandbox.ChildProcess;
import io.cts.client.sandbox.RunningCts;
import io.cts.client.sandbox.WorkFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** A client in a network namespace of its own behind a shaped link, and CTS behind a relay that makes it far away. */
final class FarAway implements AutoCloseable {
  private static final int AGENT_PORT = 65001;
  private static final int ANSWERS_WITHIN_SECONDS = 30;
  private static final int LONGEST_SECONDS = 900;
  /** Exit codes of curl(1): all is well; a part came; the connection was reset. */
  private static final Set<Integer> ENDED_OR_CUT = Set.of(0, 18, 56);

  private final Path scripts;
  private final Path launcher;
  private final RunningCts cts;
  private final WorkFolder work;
  private final String client;
  private final String address;
  private final List<Process> running = new ArrayList<>();

  /** What one transfer took. */
  record Transferred(long bytes, double seconds) {
    double mbitPerSecond() {
      return bytes * 8 / 1e6 / seconds;
    }
  }

  private FarAway(Path scripts, Path launcher, RunningCts cts, WorkFolder work, String client, String address) {
    this.scripts = scripts;
    this.launcher = launcher;
    this.cts = cts;
    this.work = work;
    this.client = client;
    this.address = address;
  }

  static FarAway start(Path scripts, Path launcher, RunningCts cts, WorkFolder work, String client, int octet,
      int mbit, int roundTripMillis, int windowBytes, int cutSeconds) throws IOException, CommandFailed {
    var port = ChildProcess.freePort();
    var host = "10.99." + octet + ".1";
    var far = new FarAway(scripts, launcher, cts, work, client, host + ":" + port);
    far.link("down");
    far.link("up", String.valueOf(octet), mbit + "mbit");
    try {
      far.begin(List.of(scripts.resolve("relay.py").toString(), far.address, "127.0.0.1:" + cts.registry().getPort(),
          "--delay", String.valueOf(roundTripMillis / 2.0), "--window", String.valueOf(windowBytes), "--cut",
          String.valueOf(cutSeconds)), "relay.log");
      far.awaitAnswer("http://" + far.address + "/v2/");
      return far;
    } catch (IOException | CommandFailed e) {
      far.close();
      throw e;
    }
  }

  private void link(String verb, String... arguments) throws IOException, CommandFailed {
    var command = new ArrayList<>(List.of(scripts.resolve("link").toString(), verb, client));
    command.addAll(List.of(arguments));
    said(command, 30);
  }

  private List<String> inside(String... command) {
    var whole = new ArrayList<>(List.of(scripts.resolve("link").toString(), "run", client));
    whole.addAll(List.of(command));
    return whole;
  }

  private Process begin(List<String> command, String log) throws IOException {
    var process = new ProcessBuilder(command).redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(work.resolve(log).toFile()))
        .start();
    running.add(process);
    return process;
  }

  /** Runs a command to its end and returns what it printed. */
  static String said(List<String> command, int seconds) throws IOException, CommandFailed {
    return said(command, seconds, Set.of(0));
  }

  private static String said(List<String> command, int seconds, Set<Integer> goodEnds)
      throws IOException, CommandFailed {
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (var out = process.getInputStream()) {
      var text = new String(out.readAllBytes(), StandardCharsets.UTF_8).strip();
      if (!process.waitFor(seconds, TimeUnit.SECONDS) || !goodEnds.contains(process.exitValue())) {
        throw new CommandFailed("tried to run " + String.join(" ", command) + " but it "
            + (process.isAlive() ? "did not end" : "ended with code " + process.exitValue()) + ": " + text
            + "; the links of this lab take root");
      }
      return text;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailed("measuring was given up", e);
    } finally {
      process.destroy();
    }
  }

  private void awaitAnswer(String uri) throws IOException, CommandFailed {
    said(inside("curl", "-sS", "-o", "/dev/null", "--retry-connrefused", "--retry-all-errors", "--retry", "100",
        "--retry-delay", "1", "--retry-max-time", String.valueOf(ANSWERS_WITHIN_SECONDS), uri),
        2 * ANSWERS_WITHIN_SECONDS);
  }

  /** Fetches the first {@code bytes} of a path straight from the relay, over one connection; fewer where that is cut. */
  Transferred byCurl(String path, long bytes) throws IOException, CommandFailed {
    return curl(ENDED_OR_CUT, "http://" + address + "/" + path, "-r", "0-" + (bytes - 1));
  }

  /** Fetches a path through an agent that was just started and keeps nothing. */
  Transferred throughAgent(String path) throws IOException, CommandFailed, InterruptedException {
    var agent = begin(
        inside(launcher.toString(), "agent", "--no-probe", "--listen", "127.0.0.1:" + AGENT_PORT, "--registry",
            "http://" + address, "--api", cts.api().toString(), "--store", work.resolve("agent").toString(),
            "--store-size", "1"),
        "agent.log");
    try {
      awaitAnswer("http://127.0.0.1:" + AGENT_PORT + "/v2/");
      return curl(Set.of(0), "http://127.0.0.1:" + AGENT_PORT + "/" + path);
    } finally {
      agent.destroy();
      agent.waitFor();
    }
  }

  private Transferred curl(Set<Integer> goodEnds, String uri, String... more) throws IOException, CommandFailed {
    var command = inside("curl", "-s", "-f", "-o", "/dev/null", "-w", "%{size_download} %{time_total}", uri);
    command.addAll(List.of(more));
    var figures = said(command, LONGEST_SECONDS, goodEnds).split(" ", 2);
    return new Transferred(Long.parseLong(figures[0]), Double.parseDouble(figures[1]));
  }

  @Override
  public void close() throws IOException, CommandFailed {
    running.forEach(Process::destroy);
    link("down");
  }
}
