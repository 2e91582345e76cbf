package io.cts.client.nodes;

import static io.cts.client.Quantities.ago;
import static io.cts.client.Quantities.number;
import static io.cts.client.Quantities.percent;
import static io.cts.client.Quantities.text;

import io.cts.client.CommandFailed;
import io.cts.client.CtsApi;
import io.cts.client.Output;
import io.cts.client.Server;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** Lists nodes. */
@Command(name = "list", mixinStandardHelpOptions = true, description = "Lists nodes by name.", footer = {"", "Example:",
    "  cts nodes list --limit 500 --json"})
final class NodesList implements Callable<Integer> {
  @Option(names = "--limit", paramLabel = "N", defaultValue = "100", description = "Most to list (default: 100).")
  private int limit;
  @Mixin
  private Server server;
  @Mixin
  private Output output;

  @Override
  public Integer call() throws CommandFailed {
    var nodes = server.api().pages("v1/nodes?limit=" + Math.clamp(limit, 1, CtsApi.LARGEST_PAGE), limit);
    var now = Instant.now();
    var rows = new ArrayList<List<String>>();
    for (var node : nodes) {
      var profile = node.path("profile");
      rows.add(List.of(text(node.path("node")), bandwidth(profile), number(profile.path("rttMillis")),
          number(profile.path("cores")), text(profile.path("source")), percent(profile.path("confidence")),
          ago(node.path("lastSeen"), now)));
      output.object(node);
    }
    output.table(new Output.Table(List.of("node", "Mbit/s", "RTT ms", "cores", "source", "confidence", "seen"), rows));
    return 0;
  }

  /** A lower bound is marked. */
  static String bandwidth(JsonNode profile) {
    return number(profile.path("bandwidthMbps")) + (profile.path("bandwidthIsLowerBound").asBoolean() ? "+" : "");
  }
}
