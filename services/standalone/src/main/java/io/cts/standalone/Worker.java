package io.cts.standalone;

import io.cts.compression.CompressionService;
import io.cts.embedded.EmbeddedPostgresql;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextClosedEvent;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code cts worker}: one more compression-worker for a CTS that {@code cts up} runs. */
// @formatter:off
@Command(name = "cts worker", mixinStandardHelpOptions = true, sortOptions = false,
    description = "Encodes layers for the CTS that runs on this machine, beside its own worker, until it is told to stop.",
    footer = {"",
        "Example: cts worker --data .cts/data --parallel 1",
        "Stop it with Ctrl-C or SIGTERM: what it was at is given back. Its log is worker-PID.log in the data folder."})
// @formatter:on
public final class Worker implements Callable<Integer> {
  @Spec
  private CommandSpec spec;

  @Option(names = "--data", paramLabel = "DIR", defaultValue = ".cts/data", description = "Folder of the CTS to work for (default: ${DEFAULT-VALUE}).")
  private Path data;

  @Option(names = "--parallel", paramLabel = "N", defaultValue = "0", description = "Layers encoded at once; 0 is one a core (default: ${DEFAULT-VALUE}).")
  private int parallel;

  private record Running(String kafka, String database) {}

  public static void main(String[] arguments) {
    System.exit(Failures.toldBy(new CommandLine(new Worker())).execute(arguments));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    var folder = data.toAbsolutePath().normalize();
    var running = running(folder);
    var process = ProcessHandle.current().pid();
    OneLog.start(folder.resolve("worker-" + process + ".log"));
    var service = CompressionService.application()
        .run("--CTS_KAFKA=" + running.kafka, "--CTS_DB_URL=" + running.database,
            "--CTS_DB_USER=" + EmbeddedPostgresql.USER, "--CTS_DB_PASSWORD=" + EmbeddedPostgresql.PASSWORD,
            "--CTS_BLOBS=" + folder.resolve("blobs"), "--CTS_INSTANCE=worker-" + process,
            "--CTS_COMPRESSION_PARALLEL=" + parallel, "--server.address=127.0.0.1", "--server.port=0",
            "--cts.messaging.concurrency=1", "--springdoc.api-docs.enabled=false", Standalone.NO_JPA);
    spec.commandLine().getOut().println("a worker for the CTS in " + folder + " is up");
    spec.commandLine().getOut().flush();
    var stopped = new CountDownLatch(1);
    service.addApplicationListener((ApplicationListener<ContextClosedEvent>) _ -> stopped.countDown());
    stopped.await();
    return 0;
  }

  private static Running running(Path folder) throws IOException {
    try {
      return JsonMapper.shared().readValue(Files.readString(folder.resolve("run.json")), Running.class);
    } catch (NoSuchFileException e) {
      throw new IOException("no CTS runs with its data in " + folder
          + "; start it with \"cts up\", or say where it is with --data", e);
    }
  }
}
