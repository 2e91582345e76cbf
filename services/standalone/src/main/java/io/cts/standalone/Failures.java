package io.cts.standalone;

import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** How a command's failures are told: in one line, with their traces where {@code CTS_DEBUG} is set. */
final class Failures {
  private static final int FAILED = 1;
  private static final int MISUSED = 2;

  private Failures() {}

  static CommandLine toldBy(CommandLine line) {
    return line.setParameterExceptionHandler(Failures::misused)
        .setExecutionExceptionHandler((failure, command, _) -> failed(failure, command));
  }

  private static int misused(ParameterException misuse, String[] arguments) {
    var command = misuse.getCommandLine();
    command.getErr().println("cts: " + misuse.getMessage());
    command.getErr().println("try: " + command.getCommandName() + " --help");
    return MISUSED;
  }

  private static int failed(Exception failure, CommandLine line) {
    line.getErr().println("cts: " + failure.getMessage());
    if (System.getenv("CTS_DEBUG") != null) {
      failure.printStackTrace(line.getErr());
    }
    return FAILED;
  }
}
