package io.cts.client.agent;

import io.cts.client.CommandFailed;
import io.cts.client.Cts;
import io.cts.client.NodeName;
import io.cts.client.Output;
import io.cts.client.Server;
import io.cts.client.Version;
import io.cts.client.pull.Client;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the mirror that this machine's engines pull through, until it is stopped. */
@Command(name = "agent", subcommands = AgentInstall.class, mixinStandardHelpOptions = true, sortOptions = false, description = "Runs a mirror on loopback that docker, containerd and podman pull through.", footer = {
    "", "Example:", "  cts agent --registry http://cts.example:5000 --cts http://cts.example:8080",
    "Then docker's daemon.json: {\"registry-mirrors\": [\"http://127.0.0.1:65001\"]}"})
public final class AgentCommand implements Callable<Integer> {
  private static final Pattern ADDRESS = Pattern.compile("\\[?([^\\[\\]]+?)]?:(\\d{1,5})");
  private static final Pattern SIZE = Pattern.compile("(\\d{1,12})([KMGT]?)B?");

  @Option(names = "--listen", paramLabel = "HOST:PORT", defaultValue = "127.0.0.1:65001", description = "Where engines find it (default: ${DEFAULT-VALUE}). Whoever reaches it may pull through it.")
  private String listen;

  @Option(names = "--store", paramLabel = "DIR", description = "Where layers are kept for the next pull (default: /var/lib/cts-agent, or .cache/cts-agent of a user).")
  private @Nullable Path store;

  @Option(names = "--store-size", paramLabel = "SIZE", defaultValue = "10GB", description = "The most that the store holds (default: ${DEFAULT-VALUE}); the least recently used goes first.")
  private String storeSize;

  @Option(names = "--containerd-content", paramLabel = "DIR", defaultValue = "/var/lib/containerd/io.containerd.content.v1.content", description = "containerd's content store (default: ${DEFAULT-VALUE}): updates build upon its plain layers, too, if they may be read.")
  private Path content;

  @Option(names = "--max-parallel-layers", paramLabel = "N", defaultValue = "6", description = "Layers in flight at once, of all pulls together (default: ${DEFAULT-VALUE}).")
  private int parallel;

  @Option(names = "--upstream", paramLabel = "NAME=URL", description = "Where a registry is that is not at https://NAME, for when CTS cannot be asked; repeatable.")
  private Map<String, String> upstreams = new LinkedHashMap<>();

  @Option(names = "--no-probe", description = "Do not measure this machine and its link (as cts probe does), which otherwise happens once a day while nothing is fetched.")
  private boolean noProbe;

  @Mixin
  private NodeName name;
  @Mixin
  private Server server;
  @Mixin
  private Output output;
  @Spec
  private CommandSpec command;

  /** What {@code --json} prints once it runs. */
  private record Running(String listen, String registry, String store) {}

  @Override
  public Integer call() throws IOException, CommandFailed, InterruptedException {
    if (parallel < 1 || parallel > 64) {
      throw new CommandFailed(Cts.MISUSED, "--max-parallel-layers " + parallel + " cannot be; write 1 to 64");
    }
    var folder = store != null ? store : usualStore();
    var settings = new Agent.Settings(address(listen), server.registry(), upstreams, folder, bytes(storeSize),
        content, parallel, !noProbe);
    var node = name.node();
    var stopped = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(stopped::countDown, "stop"));
    var log = new AgentLog(command.commandLine().getErr());
    try (var agent = Agent.start(settings, Client.of(Version.text()).named(node), node, server.api(), log)) {
      output.object(new Running(agent.uri().toString(), settings.registry().toString(), folder.toString()));
      output.line("engines of this machine pull through " + agent.uri() + "; CTS is at " + settings.registry()
          + ", layers are kept in " + folder);
      stopped.await();
    }
    return 0;
  }

  private static Path usualStore() {
    var ofMachine = Path.of("/var/lib/cts-agent");
    return Files.isWritable(Files.exists(ofMachine) ? ofMachine : Path.of("/var/lib"))
        ? ofMachine
        : Path.of(System.getProperty("user.home"), ".cache", "cts-agent");
  }

  static InetSocketAddress address(String text) throws CommandFailed {
    var match = ADDRESS.matcher(text);
    if (!match.matches() || Integer.parseInt(match.group(2)) > 65_535) {
      throw new CommandFailed(Cts.MISUSED, "--listen " + text + " is no address; write for example 127.0.0.1:65001");
    }
    return new InetSocketAddress(match.group(1), Integer.parseInt(match.group(2)));
  }

  static long bytes(String text) throws CommandFailed {
    var match = SIZE.matcher(text.strip().toUpperCase(Locale.ROOT));
    if (!match.matches()) {
      throw new CommandFailed(Cts.MISUSED, "--store-size " + text + " is no size; write for example 10GB");
    }
    var exponent = "KMGT".indexOf(match.group(2)) + (match.group(2).isEmpty() ? 0 : 1);
    var bytes = Double.parseDouble(match.group(1)) * Math.pow(1000, exponent);
    return (long) Math.min(bytes, Long.MAX_VALUE / 2.0);
  }
}
