package io.cts.client.nodes;

import static io.cts.client.Quantities.bytes;
import static io.cts.client.Quantities.number;
import static io.cts.client.Quantities.percent;
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

/** Shows one node. */
@Command(name = "show", mixinStandardHelpOptions = true, description = "Shows what is known of a node, and from whom.", footer = {
    "", "Example:", "  cts nodes show anonymous~10.0.0.7~containerd-2.1.9"})
public final class NodesShow implements Callable<Integer> {
  @Parameters(paramLabel = "NODE", description = "As \"cts nodes list\" shows it.")
  private String node;
  @Mixin
  private Server server;
  @Mixin
  private Output output;

  @Override
  public Integer call() throws CommandFailed {
    var found = server.api().get("v1/nodes/" + CtsApi.segment(node));
    output.object(found);
    output.line("node       " + text(found.path("node")));
    output.line("engine     " + text(found.path("engine")));
    output.line("seen       " + text(found.path("firstSeen")) + " to " + text(found.path("lastSeen")));
    output.line("believed   " + facts(found.path("profile")));
    output.line("confidence " + percent(found.path("profile").path("confidence")) + (found.has("validUntil")
        ? ", until " + text(found.path("validUntil"))
        : ""));
    if (found.path("group").asBoolean(false)) {
      output.line("group      several machines under one address or secret: nothing is told from their transfers");
    }
    for (var source : found.path("sources")) {
      output.line("%-10s %s (%s)".formatted(text(source.path("source")), facts(source),
          text(source.path("measuredAt"))));
      details(source.path("details")).forEach(line -> output.line("           " + line));
    }
    return 0;
  }

  /** What a node's own probe found besides, in a line for each part of the machine. */
  private static List<String> details(JsonNode details) {
    var lines = new ArrayList<String>();
    line(lines, "processor", details.path("cpu"), "name", "", "physicalCores", " physical cores", "logicalCores",
        " logical cores", "currentMHz", " MHz", "maxMHz", " MHz at most");
    line(lines, "disk", details.path("disk"), "device", "", "model", "", "fileSystem", "", "folder", "");
    line(lines, "link", details.path("link"), "shortMbps", " Mbit/s in one short transfer", "oneStreamMbps",
        " Mbit/s with one stream", "severalStreamsMbps", " Mbit/s with several", "upMbps", " Mbit/s to CTS");
    return lines;
  }

  /** @param namesAndUnits name and unit in turn; what is absent is left out */
  private static void line(List<String> lines, String part, JsonNode facts, String... namesAndUnits) {
    var known = new ArrayList<String>();
    for (var i = 0; i < namesAndUnits.length; i += 2) {
      var fact = facts.path(namesAndUnits[i]);
      if (!fact.isMissingNode()) {
        known.add((fact.isNumber() ? number(fact) : text(fact)) + namesAndUnits[i + 1]);
      }
    }
    if (!known.isEmpty()) {
      lines.add(part + ": " + String.join(", ", known));
    }
  }

  /** What is known, in one line; what is not is left out. */
  public static String facts(JsonNode profile) {
    var facts = new ArrayList<String>();
    if (profile.has("bandwidthMbps")) {
      var least = profile.path("bandwidthIsLowerBound").asBoolean() ? "at least " : "";
      facts.add(least + number(profile.path("bandwidthMbps")) + " Mbit/s");
    }
    if (profile.has("rttMillis")) {
      facts.add("RTT " + number(profile.path("rttMillis")) + " ms");
    }
    for (var rate : profile.path("decodeRates")) {
      facts.add(text(rate.path("family")) + " " + number(rate.path("mbps")) + " MB/s");
    }
    if (profile.has("cores")) {
      facts.add(number(profile.path("cores")) + " cores");
    }
    if (profile.has("memoryBytes")) {
      facts.add(bytes(profile.path("memoryBytes")) + " memory");
    }
    if (profile.has("diskWriteMBps")) {
      facts.add("disk " + number(profile.path("diskWriteMBps")) + " MB/s");
    }
    return facts.isEmpty() ? "nothing measured" : String.join(", ", facts);
  }
}
