package io.cts.client;

import java.io.PrintWriter;
import java.io.StringWriter;

/** What a command line printed, and its exit code. */
public record CommandRun(int exitCode, String out, String err) {

  public static CommandRun of(String... arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    var exitCode = Cts.commandLine(false, arguments)
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
    return new CommandRun(exitCode, out.toString(), err.toString());
  }
}
