package io.cts.client.pulls;

import io.cts.client.CommandFailed;
import io.cts.client.Output;
import io.cts.client.Server;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Follows one pull. */
@Command(name = "watch", mixinStandardHelpOptions = true, description = "Tells each state of a pull as it comes, until its end. Exit code 5: it failed or expired.", footer = {
    "", "Example:", "  cts pulls watch 6f9619ff-8b86-4d01-b42d-00cf4fc964ff --until ready"})
final class PullsWatch implements Callable<Integer> {
  @Parameters(paramLabel = "ID", description = "As \"cts pulls list\" shows it.")
  private String id;
  @Option(names = "--until", paramLabel = "STATE", description = "Stop at this state, too.")
  private @Nullable String until;
  @Mixin
  private Server server;
  @Mixin
  private Output output;

  @Override
  public Integer call() throws CommandFailed {
    return new PullFollower(server.api(), output).follow(id, until);
  }
}
