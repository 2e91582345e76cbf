package io.cts.standalone;

import io.cts.contract.ImageRef;
import io.cts.embedded.LoopbackPorts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code cts up}: everything in one process, until it is told to stop. */
// @formatter:off
@Command(name = "cts up", mixinStandardHelpOptions = true, sortOptions = false,
    description = "Starts CTS: the six services, a Kafka broker and PostgreSQL in one process. Data is kept.",
    footer = {"",
        "Example: cts up --upstream registry.example=https://registry.example",
        "Stop it with Ctrl-C or SIGTERM. Logs go to cts.log in the data folder."})
// @formatter:on
public final class Up implements Callable<Integer> {
  @Spec
  private CommandSpec spec;

  @Option(names = "--data", paramLabel = "DIR", defaultValue = ".cts/data", description = "Folder that keeps everything (default: ${DEFAULT-VALUE}).")
  private Path data;

  @Option(names = "--api-port", paramLabel = "PORT", defaultValue = "8080", description = "Port of the HTTP API; 0 takes a free one (default: ${DEFAULT-VALUE}).")
  private int apiPort;

  @Option(names = "--registry-port", paramLabel = "PORT", defaultValue = "5000", description = "Port that engines pull from; 0 takes a free one (default: ${DEFAULT-VALUE}).")
  private int registryPort;

  @Option(names = "--upstream", paramLabel = "NAME=URL", description = "An upstream that may be asked, besides the well-known public ones. The name is the first part of an image's name; the URL is https://HOST, http://HOST:PORT, oci:FOLDER or docker-archive:FILE. May be given often.")
  private Map<String, String> upstreams = new LinkedHashMap<>();

  @Option(names = "--no-public-upstreams", description = "Ask nobody but the upstreams given.")
  private boolean noPublicUpstreams;

  @Option(names = "--capacity", paramLabel = "SIZE", defaultValue = "20GB", description = "What the blob store may hold before it evicts (default: ${DEFAULT-VALUE}).")
  private String capacity;

  @Option(names = "--no-worker", description = "Encode no layers here: leave that to processes that \"cts worker\" starts.")
  private boolean noWorker;

  @Option(names = "--stop-when-up", hidden = true, description = "Stops as soon as all is up: for measuring and for training the JVM's cache.")
  private boolean stopWhenUp;

  public static void main(String[] arguments) {
    System.exit(Failures.toldBy(new CommandLine(new Up())).execute(arguments));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    for (var name : upstreams.keySet()) {
      if (!ImageRef.looksLikeUpstream(name)) {
        throw new ParameterException(spec.commandLine(), "--upstream " + name
            + ": a name has a dot or a port, such as demo.local, so that it can be told from a repository");
      }
    }
    checkPort("--api-port", apiPort);
    checkPort("--registry-port", registryPort);
    var began = System.nanoTime();
    var out = spec.commandLine().getOut();
    out.println("starting CTS with its data in " + data.toAbsolutePath().normalize() + " …");
    out.flush();
    var free = LoopbackPorts.free(2);
    var settings = new Settings(data.toAbsolutePath().normalize(), apiPort == 0 ? free.get(0) : apiPort,
        registryPort == 0 ? free.get(1) : registryPort, upstreams, !noPublicUpstreams, capacity, !noWorker);
    Standalone.check(settings);
    OneLog.start(settings.data().resolve("cts.log"));
    var stopped = new CountDownLatch(1);
    var standalone = Standalone.start(settings);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> {
      standalone.close();
      stopped.countDown();
    }, "stop"));
    out.printf("CTS is up after %.1f s%n%n%s", (System.nanoTime() - began) / 1e9,
        Hints.of(settings, standalone.bootstrap()));
    out.flush();
    if (stopWhenUp) {
      return 0;
    }
    stopped.await();
    return 0;
  }

  private void checkPort(String option, int port) {
    if (port < 0 || port > 65535) {
      throw new ParameterException(spec.commandLine(), option + " " + port + ": a port is between 0 and 65535");
    }
  }
}
