package io.cts.client;

import io.cts.client.probe.LinkProbe;
import io.cts.client.probe.Machine;
import io.cts.client.pull.RateLimit;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures this machine and its link, and tells CTS. */
// @formatter:off
@Command(name = "probe", mixinStandardHelpOptions = true,
    description = "Measures this machine - what it decodes, its processor, memory and disk - and its link to CTS, and tells CTS.",
    footer = {"", "Example:", "  cts probe --node edge-7 --cts http://cts.example:8080"})
// @formatter:on
final class ProbeCommand implements Callable<Integer> {
  private static final String NOT_KNOWN = "not known";

  @Option(names = "--limit-rate", paramLabel = "SPEED", description = "Take no more than this from the network, as in 20Mbit.")
  private @Nullable RateLimit limit;

  @Option(names = "--store", paramLabel = "DIR", description = "Folder whose disk is measured, by writing up to 248 MB to it for a moment (default: where an engine of this machine keeps its layers, if you may write there, else your home).")
  private @Nullable Path store;

  @Option(names = "--no-report", description = "Only print; tell CTS nothing.")
  private boolean secret;

  @Mixin
  private NodeName name;
  @Mixin
  private Server server;
  @Mixin
  private Output output;

  /** What is printed for programs. */
  private record Measured(String node, NodeFacts facts) {}

  @Override
  public Integer call() throws IOException, CommandFailed {
    var node = name.node();
    var api = server.api();
    output.progress("measuring the link to " + api.base() + " and this machine: about half a minute");
    var facts = NodeFacts.probed(new LinkProbe(api.base(), limit),
        (store == null ? Machine.layersFolder() : store).toAbsolutePath().normalize(), output::progress);
    if (!secret) {
      api.put("v1/nodes/" + node, facts);
    }
    output.object(new Measured(node.toString(), facts));
    output.table(new Output.Table(List.of("what", "measured"), rows(facts)));
    output.line(secret ? "CTS was told nothing" : "CTS knows it as node " + node);
    return 0;
  }

  private static List<List<String>> rows(NodeFacts facts) {
    var details = Objects.requireNonNull(facts.details());
    var rows = new ArrayList<List<String>>();
    rows.add(List.of("from CTS", speed(facts.bandwidthMbps(), Boolean.TRUE.equals(facts.bandwidthIsLowerBound()))));
    var link = details.link();
    if (link != null) {
      rows.add(List.of("  one short transfer", number("%.1f Mbit/s", link.shortMbps())));
      rows.add(List.of("  one stream", number("%.1f Mbit/s", link.oneStreamMbps())));
      rows.add(List.of("  " + link.streams() + " streams", number("%.1f Mbit/s", link.severalStreamsMbps())));
      rows.add(List.of("to CTS", number("%.1f Mbit/s", link.upMbps())));
    }
    rows.add(List.of("round trip", number("%.2f ms", facts.rttMillis())));
    details.decodeRates()
        .forEach(rate -> rows.add(List.of("decodes " + rate.encoding(), number("%.0f MB/s", rate.mbps()))));
    rows.add(List.of("cores", number("%.2g", facts.cores())));
    var cpu = details.cpu();
    if (cpu != null) {
      rows.add(List.of("processor", cpu.name() == null ? NOT_KNOWN : cpu.name()));
      rows.add(List.of("  physical cores", number("%.0f", cpu.physicalCores())));
      rows.add(List.of("  logical cores", number("%.0f", cpu.logicalCores())));
      rows.add(List.of("  frequency", number("%.0f MHz", cpu.currentMHz()) + ", at most "
          + number("%.0f MHz", cpu.maxMHz())));
    }
    rows.add(List.of("memory", size(facts.memoryBytes())));
    rows.add(List.of("  available", size(details.memoryAvailableBytes())));
    rows.add(List.of("disk takes", number("%.0f MB/s", facts.diskWriteMBps())));
    var disk = details.disk();
    if (disk != null) {
      rows.add(List.of("  folder", disk.folder()));
      rows.add(List.of("  device", disk.device() == null ? NOT_KNOWN : disk.device()));
      rows.add(List.of("  model", disk.model() == null ? NOT_KNOWN : disk.model()));
      rows.add(List.of("  file system", disk.fileSystem() == null ? NOT_KNOWN : disk.fileSystem()));
    }
    return rows;
  }

  private static String size(@Nullable Long bytes) {
    return bytes == null ? NOT_KNOWN : Sizes.text(bytes);
  }

  private static String speed(@Nullable Double mbps, boolean atLeast) {
    return number(atLeast ? "%.1f Mbit/s or more" : "%.1f Mbit/s", mbps);
  }

  private static String number(String format, @Nullable Number value) {
    return value == null ? NOT_KNOWN : String.format(Locale.ROOT, format, value.doubleValue());
  }
}
