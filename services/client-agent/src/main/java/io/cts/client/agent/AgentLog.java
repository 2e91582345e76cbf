package io.cts.client.agent;

import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** What the agent says while it runs: a line for each thing that its owner may want to know. */
final class AgentLog {
  private final PrintWriter out;

  AgentLog(PrintWriter out) {
    this.out = out;
  }

  synchronized void say(String text) {
    out.println(Instant.now().truncatedTo(ChronoUnit.MILLIS) + " " + text);
    out.flush();
  }
}
