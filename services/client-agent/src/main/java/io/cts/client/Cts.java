package io.cts.client;

import io.cts.client.agent.AgentCommand;
import io.cts.client.cache.CacheCommand;
import io.cts.client.demo.DemoCommand;
import io.cts.client.images.ImagesCommand;
import io.cts.client.lab.LabCommand;
import io.cts.client.nodes.NodesCommand;
import io.cts.client.pull.PullFailed;
import io.cts.client.pulls.PullsCommand;
import io.cts.client.topics.TopicsCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code cts}: one class a command. Exit codes: 0 done, else one of those below. */
// @formatter:off
@Command(name = "cts", mixinStandardHelpOptions = true, versionProvider = Version.class,
    description = "Pulls container images through CTS, and looks into it.",
    footer = {"",
        "CTS itself is started with",
        "  up          All of it in one process, with a broker and a database: cts up",
        "  worker      One more process that encodes layers for it: cts worker",
        "",
        "Each command has its own help, with an example: cts COMMAND --help",
        "Exit codes: 0 done, 1 failed, 2 used wrongly, 3 CTS cannot be reached,",
        "4 CTS refused, 5 the pull did not succeed.",
        "CTS_DEBUG=1 shows where a failure came from."})
// @formatter:on
public final class Cts implements Runnable {
  private static final List<Class<?>> COMMANDS = List.of(AgentCommand.class, CacheCommand.class, DemoCommand.class,
      ImagesCommand.class, LabCommand.class, NodesCommand.class, ProbeCommand.class, PullCommand.class,
      PullsCommand.class, ScoreboardCommand.class, StatusCommand.class, TopicsCommand.class);

  public static final int FAILED = 1;
  public static final int MISUSED = 2;
  public static final int UNREACHABLE = 3;
  public static final int REFUSED = 4;
  public static final int NOT_PULLED = 5;

  @Spec
  private CommandSpec spec;

  public static void main(String[] arguments) {
    System.setProperty("slf4j.internal.verbosity", "ERROR"); // libraries that would log find nobody to log to: no news
    var colours = isTerminal() && System.getenv("NO_COLOR") == null;
    System.exit(commandLine(colours, arguments).execute(arguments));
  }

  private static boolean isTerminal() {
    var console = System.console();
    return console != null && console.isTerminal();
  }

  /**
   * What is to read the arguments. Where they begin with a command, it knows no other one: to look into all of them takes
   * longer than most commands.
   *
   * @param colours whether output goes to a terminal that shows them
   */
  static CommandLine commandLine(boolean colours, String... arguments) {
    var line = new CommandLine(new Cts());
    var asked = COMMANDS.stream().filter(it -> arguments.length > 0 && name(it).equals(arguments[0])).toList();
    for (var command : asked.isEmpty() ? COMMANDS : asked) {
      line.addSubcommand(command);
    }
    var out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    var err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    return Words.known(line)
        .setOut(out)
        .setErr(err)
        .setColorScheme(
            CommandLine.Help.defaultColorScheme(colours ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(Cts::misused)
        .setExecutionExceptionHandler((failure, failed, _) -> failed(failure, failed));
  }

  private static String name(Class<?> command) {
    return Objects.requireNonNull(command.getAnnotation(Command.class)).name();
  }

  private static int misused(ParameterException misuse, String[] arguments) {
    var line = misuse.getCommandLine();
    line.getErr().println(line.getColorScheme().errorText("cts: " + misuse.getMessage()));
    line.getErr().println("try: " + line.getCommandSpec().qualifiedName() + " --help");
    return MISUSED;
  }

  private static int failed(Exception failure, CommandLine line) {
    line.getErr().println(line.getColorScheme().errorText("cts: " + message(failure)));
    if (System.getenv("CTS_DEBUG") != null) {
      failure.printStackTrace(line.getErr());
    }
    return switch (failure) {
      case CommandFailed told -> told.exitCode();
      case PullFailed.Unreachable _ -> UNREACHABLE;
      case PullFailed.Refused _ -> REFUSED;
      case PullFailed _ -> NOT_PULLED;
      default -> FAILED;
    };
  }

  private static String message(Exception failure) {
    var isMeantForPeople = failure instanceof CommandFailed || failure instanceof IOException;
    var text = failure.getMessage();
    return isMeantForPeople && text != null
        ? text
        : "this should not have happened: " + failure + "; run it again with CTS_DEBUG=1 and report what it prints";
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "say what to do: " + String.join(", ",
        spec.subcommands().keySet()));
  }
}
