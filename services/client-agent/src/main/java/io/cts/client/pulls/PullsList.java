package io.cts.client.pulls;

import static io.cts.client.Quantities.ago;
import static io.cts.client.Quantities.text;

import io.cts.client.CommandFailed;
import io.cts.client.CtsApi;
import io.cts.client.Output;
import io.cts.client.Server;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists pulls. */
@Command(name = "list", mixinStandardHelpOptions = true, description = "Lists pulls, newest first.", footer = {"",
    "Example:", "  cts pulls list --state ready --image docker.io/library/nginx"})
final class PullsList implements Callable<Integer> {
  @Option(names = "--state", paramLabel = "STATE", description = "requested, profiled, planned, ready, served, reported, expired or failed.")
  private @Nullable String state;
  @Option(names = "--image", paramLabel = "IMAGE", description = "Without tag and digest, all of that repository.")
  private @Nullable String image;
  @Option(names = "--limit", paramLabel = "N", defaultValue = "20", description = "Most to list (default: 20).")
  private int limit;
  @Mixin
  private Server server;
  @Mixin
  private Output output;

  @Override
  public Integer call() throws CommandFailed {
    var query = (state == null ? "" : "&state=" + CtsApi.segment(state))
        + (image == null ? "" : "&image=" + CtsApi.segment(image));
    var pulls = server.api().pages("v1/pulls?limit=" + Math.clamp(limit, 1, CtsApi.LARGEST_PAGE) + query, limit);
    var now = Instant.now();
    var rows = new ArrayList<List<String>>();
    for (var pull : pulls) {
      rows.add(List.of(text(pull.path("id")), text(pull.path("state")), text(pull.path("form")),
          text(pull.path("origin")), ago(pull.path("since"), now), text(pull.path("image")), text(pull.path("node"))));
      output.object(pull);
    }
    output.table(new Output.Table(List.of("pull", "state", "form", "by", "since", "image", "node"), rows));
    return 0;
  }
}
