package io.cts.client;

import io.cts.client.probe.LinkProbe;
import io.cts.client.pull.RateLimit;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures this machine and its link, and tells CTS. */
// @formatter:off
@Command(name = "probe", mixinStandardHelpOptions = true,
    description = "Measures what this machine decodes and how fast its link to CTS is, and tells CTS.",
    footer = {"", "Example:", "  cts probe --node edge-7 --cts http://cts.example:8080"})
// @formatter:on
final class ProbeCommand implements Callable<Integer> {
  @Option(names = "--limit-rate", paramLabel = "SPEED", description = "Take no more than this from the network, as in 20Mbit.")
  private @Nullable RateLimit limit;

  @Option(names = "--no-report", description = "Only print; tell CTS nothing.")
  private boolean secret;

  @Mixin
  private NodeName name;
  @Mixin
  private Server server;
  @Mixin
  private Output output;

  /** What is printed for programs. */
  private record Measured(String node, NodeFacts facts, @Nullable Double uploadMbps) {}

  @Override
  public Integer call() throws IOException, CommandFailed {
    var node = name.node();
    var api = server.api();
    output.progress("measuring the link to " + api.base() + " and this machine: some seconds");
    var link = new LinkProbe(api.base(), limit);
    var facts = NodeFacts.measured(link, null);
    var upload = link.upload();
    if (!secret) {
      api.put("v1/nodes/" + node, facts);
    }
    output.object(new Measured(node.toString(), facts, upload.map(LinkProbe.Bandwidth::mbps).orElse(null)));
    output.table(new Output.Table(List.of("what", "measured"), rows(facts, upload.orElse(null))));
    output.line(secret ? "CTS was told nothing" : "CTS knows it as node " + node);
    return 0;
  }

  private static List<List<String>> rows(NodeFacts facts, LinkProbe.@Nullable Bandwidth upload) {
    var rows = new ArrayList<List<String>>();
    rows.add(List.of("from CTS", speed(facts.bandwidthMbps(), Boolean.TRUE.equals(facts.bandwidthIsLowerBound()))));
    if (upload != null) {
      rows.add(List.of("to CTS", speed(upload.mbps(), upload.isLowerBound())));
    }
    rows.add(List.of("round trip", number("%.2f ms", facts.rttMillis())));
    facts.decodeRates()
        .forEach(rate -> rows.add(List.of("decodes " + rate.family().token(), number("%.0f MB/s", rate.mbps()))));
    rows.add(List.of("cores", number("%.2g", facts.cores())));
    if (facts.memoryBytes() != null) {
      rows.add(List.of("memory", Sizes.text(facts.memoryBytes())));
    }
    return rows;
  }

  private static String speed(@Nullable Double mbps, boolean atLeast) {
    return number(atLeast ? "%.1f Mbit/s or more" : "%.1f Mbit/s", mbps);
  }

  private static String number(String format, @Nullable Double value) {
    return value == null ? "not known" : String.format(Locale.ROOT, format, value);
  }
}
