package io.cts.client.pulls;

import static io.cts.client.Quantities.bytes;
import static io.cts.client.Quantities.seconds;
import static io.cts.client.Quantities.text;

import io.cts.client.CommandFailed;
import io.cts.client.CtsApi;
import io.cts.client.Output;
import io.cts.client.Server;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** Shows one pull. */
@Command(name = "show", mixinStandardHelpOptions = true, description = "Shows a pull: its state, each layer's encoding, why, and what was predicted and measured.", footer = {
    "", "Example:", "  cts pulls show 6f9619ff-8b86-4d01-b42d-00cf4fc964ff"})
final class PullsShow implements Callable<Integer> {
  @Parameters(paramLabel = "ID", description = "As \"cts pulls list\" shows it.")
  private String id;
  @Mixin
  private Server server;
  @Mixin
  private Output output;

  @Override
  public Integer call() throws CommandFailed {
    var pull = server.api().get("v1/pulls/" + CtsApi.segment(id));
    output.object(pull);
    lines(pull).forEach(output::line);
    if (!pull.path("layers").isEmpty()) {
      output.line("");
      output.table(layers(pull.path("layers")));
      for (var layer : pull.path("layers")) {
        if (layer.has("reason")) {
          output.line(shortened(layer) + ": " + text(layer.path("reason")));
        }
      }
    }
    return 0;
  }

  static List<String> lines(JsonNode pull) {
    var lines = new ArrayList<String>();
    lines.add("pull      " + text(pull.path("id")));
    lines.add(
        "image     " + text(pull.path("image")) + (pull.has("platform") ? "  " + text(pull.path("platform")) : ""));
    lines.add("for       " + (pull.has("node") ? text(pull.path("node")) : "whoever comes") + ", asked by "
        + text(pull.path("origin")));
    lines.add(
        "state     " + text(pull.path("state")) + (pull.has("form") ? ", served as " + text(pull.path("form")) : ""));
    for (var step : pull.path("steps")) {
      lines.add("          " + text(step.path("at")) + "  " + text(step.path("state")));
    }
    if (pull.has("predicted")) {
      var predicted = pull.path("predicted");
      lines.add("predicted " + seconds(predicted.path("seconds")) + " and " + bytes(predicted.path("bytes"))
          + "; the original " + seconds(predicted.path("originalSeconds")) + " and "
          + bytes(predicted.path("originalBytes")) + " (" + text(pull.path("modelVersion")) + ")");
    }
    for (var measured : pull.path("measured")) {
      lines.add("measured  " + seconds(measured.path("seconds")) + " and " + bytes(measured.path("wireBytes")) + " to "
          + text(measured.path("node")));
    }
    if (pull.has("reported")) {
      lines.add("reported  " + seconds(pull.path("reported").path("totalSeconds")) + " by "
          + text(pull.path("reported").path("node")));
    }
    sentence(lines, "reason    ", pull.path("reason"));
    sentence(lines, "left as   the upstream has it: ", pull.path("leftAsIs"));
    sentence(lines, "short of  ", pull.path("shortfall"));
    sentence(lines, "failed    ", pull.path("failure").path("message"));
    return lines;
  }

  private static void sentence(List<String> lines, String label, JsonNode sentence) {
    if (sentence.isString()) {
      lines.add(label + sentence.stringValue());
    }
  }

  static Output.Table layers(JsonNode layers) {
    var rows = new ArrayList<List<String>>();
    for (var layer : layers) {
      var sent = layer.path("measured").path(0);
      rows.add(List.of(shortened(layer), bytes(layer.path("sizeBytes")), text(layer.path("storedAs")),
          text(layer.path("encoding")), bytes(layer.path("predicted").path("bytes")),
          seconds(layer.path("predicted").path("totalSeconds")), sentAs(sent),
          bytes(sent.path("wireBytes")), seconds(sent.path("seconds"))));
    }
    return new Output.Table(List.of("layer", "size", "stored as", "planned", "bytes", "time", "sent as", "bytes",
        "time"), rows);
  }

  private static String sentAs(JsonNode sent) {
    return sent.path("delta").isString() ? "delta-" + sent.path("delta").stringValue() : text(sent.path("encoding"));
  }

  private static String shortened(JsonNode layer) {
    var digest = text(layer.path("layer"));
    var colon = digest.indexOf(':');
    return digest.substring(colon + 1, Math.min(digest.length(), colon + 13));
  }
}
