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

/** Has an image made ready ahead of those who pull it. */
@Command(name = "submit", mixinStandardHelpOptions = true, description = "Has an image made ready, for one node or for whoever comes.", footer = {
    "", "Example:", "  cts pulls submit docker.io/library/nginx:1.27 --platform linux/arm64 --wait"})
final class PullsSubmit implements Callable<Integer> {
  @Parameters(paramLabel = "IMAGE", description = "As one types it for docker.")
  private String image;
  @Option(names = "--node", paramLabel = "NODE", description = "A registered node that will pull it.")
  private @Nullable String node;
  @Option(names = "--platform", paramLabel = "OS/ARCH", description = "Such as linux/arm64 (default: the node's own,"
      + " or linux/amd64).")
  private @Nullable String platform;
  @Option(names = "--objective", paramLabel = "NAME", description = "latency (default), egress or balanced.")
  private @Nullable String objective;
  @Option(names = "--wait", description = "Wait until it is ready, and tell each state.")
  private boolean wait;
  @Mixin
  private Server server;
  @Mixin
  private Output output;

  private record Order(String image, @Nullable String platform, @Nullable String node, @Nullable String objective) {}

  @Override
  public Integer call() throws CommandFailed {
    var api = server.api();
    var pull = api.post("v1/pulls", new Order(image, platform, node, objective));
    var id = pull.path("id").asString();
    if (!wait) {
      output.line("accepted " + pull.path("image").asString() + " as pull " + id);
      output.line("follow it with: cts pulls watch " + id);
      output.object(pull);
      return 0;
    }
    output.line("pull " + id + " of " + pull.path("image").asString());
    return new PullFollower(api, output).follow(id, "ready");
  }
}
