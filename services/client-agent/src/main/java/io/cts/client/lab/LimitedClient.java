package io.cts.client.lab;

import io.cts.client.CommandFailed;
import io.cts.client.sandbox.ChildProcess;
import io.cts.client.sandbox.WorkFolder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A machine of its own in all that counts for a pull: a network namespace behind a shaped link, servers that are far away,
 * and a share of this machine's processors for everything that runs there.
 */
final class LimitedClient implements AutoCloseable {
  /** Reads a command a line and answers with its exit code and when it began and ended. */
  private static final String SHELL = """
      while read -r command; do
        began=$EPOCHREALTIME
        eval "$command" </dev/null >>"$0" 2>&1
        echo "$? $began $EPOCHREALTIME"
      done
      kill $(jobs -p) 2>/dev/null
      wait""";
  private static final int END_SECONDS = 20;

  private final Path scripts;
  private final String name;
  private final String host;
  private final int delayMillis;
  private final int windowBytes;
  private final WorkFolder work;
  private final List<Process> relays = new ArrayList<>();
  private final Process shell;
  private final Writer commands;
  private final BufferedReader answers;

  /**
   * @param octet of its network, 10.99.OCTET.0
   * @param roundTripMillis to each server
   * @param windowBytes that a connection has under way at most
   */
  LimitedClient(Path scripts, WorkFolder work, String name, int octet, int mbit, int roundTripMillis, int windowBytes,
      double cores) throws IOException, CommandFailed {
    this.scripts = scripts;
    this.work = work;
    this.name = name;
    this.host = "10.99." + octet + ".1";
    this.delayMillis = roundTripMillis;
    this.windowBytes = windowBytes;
    link("down", name);
    link("up", name, String.valueOf(octet), mbit + "mbit");
    // not with ip netns exec, which mounts a /sys without control groups: programs would not know their share
    shell = new ProcessBuilder(scripts.resolve("cpu").toString(), String.valueOf(cores), "nsenter",
        "--net=/run/netns/" + name, "bash", "-c", SHELL, log().toString())
        .redirectError(ProcessBuilder.Redirect.appendTo(work.resolve("client.log").toFile()))
        .start();
    commands = shell.outputWriter(StandardCharsets.UTF_8);
    answers = shell.inputReader(StandardCharsets.UTF_8);
  }

  Path log() {
    return work.resolve("client-said.log");
  }

  private String link(String... arguments) throws IOException, CommandFailed {
    var command = new ArrayList<>(List.of(scripts.resolve("link").toString()));
    command.addAll(List.of(arguments));
    return FarAway.said(command, END_SECONDS);
  }

  /** Puts a server of this machine at the other end of the link, and returns {@code HOST:PORT} there. */
  String far(int port) throws IOException {
    var free = ChildProcess.freePort(InetAddress.getByName(host));
    relays.add(new ProcessBuilder(scripts.resolve("relay.py").toString(), host + ":" + free, "127.0.0.1:" + port,
        "--delay", String.valueOf(delayMillis / 2.0), "--window", String.valueOf(windowBytes))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(work.resolve("relay.log").toFile()))
        .start());
    return host + ":" + free;
  }

  /**
   * Runs a shell's command there, to its end.
   *
   * @return the seconds that it took, measured there
   */
  double run(String command) throws IOException, CommandFailed {
    commands.write(command + "\n");
    commands.flush();
    var answer = answers.readLine();
    if (answer == null || !answer.startsWith("0 ")) {
      throw new CommandFailed("tried to run " + command + " on the limited client but it "
          + (answer == null ? "ended" : "ended with code " + answer.split(" ")[0]) + ": " + lastLine()
          + "; all that was said there is in " + log());
    }
    var words = answer.split(" ");
    return Double.parseDouble(words[2]) - Double.parseDouble(words[1]);
  }

  private String lastLine() throws IOException {
    if (!Files.exists(log())) {
      return "it said nothing";
    }
    try (var lines = Files.lines(log())) {
      return lines.filter(line -> !line.isBlank()).reduce((_, last) -> last).orElse("it said nothing");
    }
  }

  /** Waits until something answers there. */
  void awaitAnswer(String uri) throws IOException, CommandFailed {
    run("curl -sS -o /dev/null --retry-connrefused --retry-all-errors --retry 200 --retry-delay 1 --retry-max-time 120 "
        + uri);
  }

  /** That came over its link until now, headers included. */
  long receivedBytes() throws IOException, CommandFailed {
    return Long.parseLong(link("bytes", name));
  }

  @Override
  public void close() throws IOException, CommandFailed {
    try {
      commands.close(); // and so the shell ends
      if (!shell.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        shell.destroy();
      }
    } catch (InterruptedException e) {
      shell.destroy();
      Thread.currentThread().interrupt();
    } finally {
      relays.forEach(Process::destroy);
      link("down", name);
    }
  }
}
