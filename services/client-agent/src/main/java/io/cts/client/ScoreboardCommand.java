package io.cts.client;

import static io.cts.client.Quantities.bytes;
import static io.cts.client.Quantities.percent;
import static io.cts.client.Quantities.seconds;
import static io.cts.client.Quantities.text;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** What CTS did for those who pulled. */
@Command(name = "scoreboard", mixinStandardHelpOptions = true, description = "Tells what CTS saved, and how well it predicts.", footer = {
    "", "Example:", "  cts scoreboard --days 7"})
final class ScoreboardCommand implements Callable<Integer> {
  @Option(names = "--days", paramLabel = "N", defaultValue = "30", description = "How far back (default: 30).")
  private int days;
  @Mixin
  private Server server;
  @Mixin
  private Output output;

  @Override
  public Integer call() throws CommandFailed {
    var score = server.api().get("v1/scoreboard?window=P" + days + "D");
    output.object(score);
    lines(score, days).forEach(output::line);
    for (var by : List.of("byForm", "byEncoding")) {
      if (!score.path(by).isEmpty()) {
        output.line("");
        output.table(shares(by.equals("byForm") ? "form" : "encoding", score.path(by)));
      }
    }
    return 0;
  }

  static List<String> lines(JsonNode score, int days) {
    var savings = score.path("savings");
    var error = score.path("predictionError");
    var lines = new ArrayList<String>();
    lines.add(score.path("pulls").asLong() + " pulls in " + days + " days");
    if (savings.has("seconds")) {
      lines.add("saved (" + text(savings.path("basis")) + "): " + seconds(savings.path("seconds")) + " ("
          + percent(savings.path("secondsShare")) + ") and " + bytes(savings.path("bytes")) + " ("
          + percent(savings.path("bytesShare")) + ") over " + savings.path("pulls").asLong() + " pulls");
    }
    note(lines, "saved: ", savings);
    if (error.has("medianAbsolutePercentage")) {
      lines.add("predictions are off by " + percent(error.path("medianAbsolutePercentage")) + " (median), "
          + percent(error.path("meanAbsolutePercentage")) + " (mean) over " + error.path("transfers").asLong()
          + " transfers");
    }
    note(lines, "predictions: ", error);
    return lines;
  }

  private static void note(List<String> lines, String label, JsonNode noted) {
    if (noted.path("note").isString()) {
      lines.add(label + noted.path("note").stringValue());
    }
  }

  private static Output.Table shares(String what, JsonNode shares) {
    var rows = new ArrayList<List<String>>();
    for (var share : shares) {
      rows.add(List.of(text(share.path("name")), text(share.path("pulls")), text(share.path("transfers")),
          bytes(share.path("bytes"))));
    }
    return new Output.Table(List.of(what, "pulls", "transfers", "bytes"), rows);
  }
}
