package io.cts.client.agent;

import io.cts.client.CommandFailed;
import io.cts.client.Cts;
import io.cts.client.CtsApi;
import io.cts.contract.NodeId;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Measures this machine before what CTS knows of it is a day old, while nothing is fetched. {@code cts probe} does it, in a
 * process of its own: the memory that it takes goes with it.
 */
final class SelfProbe implements Closeable {
  static final Duration OLDEST = Duration.ofHours(23);
  private static final Duration BETWEEN = Duration.ofMinutes(10);
  /** Agents that are started at once do not all measure at once; and an engine that waited for its agent goes first. */
  private static final int FIRST_MILLIS = 5_000;
  private static final int FIRST_MOST_MILLIS = 30_000;

  private final CtsApi api;
  private final NodeId node;
  private final URI registry;
  private final Path store;
  private final BooleanSupplier isIdle;
  private final AgentLog log;
  private @Nullable Instant measured;
  private @Nullable Thread thread;
  private volatile @Nullable Process probe;

  /**
   * @param registry CTS's
   * @param store whose disk is measured
   */
  SelfProbe(CtsApi api, NodeId node, URI registry, Path store, BooleanSupplier isIdle, AgentLog log) {
    this.api = api;
    this.node = node;
    this.registry = registry;
    this.store = store;
    this.isIdle = isIdle;
    this.log = log;
  }

  void start() {
    thread = Thread.ofVirtual().name("self-probe").start(this::run);
  }

  private void run() {
    try {
      Thread.sleep(ThreadLocalRandom.current().nextInt(FIRST_MILLIS, FIRST_MOST_MILLIS));
      while (true) {
        if (isIdle.getAsBoolean() && isDue(Instant.now())) {
          measure();
        }
        Thread.sleep(BETWEEN);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** False while CTS cannot be asked: then nothing can be measured either. */
  boolean isDue(Instant now) {
    if (measured != null) {
      return !measured.isAfter(now.minus(OLDEST));
    }
    try {
      return api.get("v1/nodes/" + node).path("profile").path("details").isMissingNode(); // which CTS forgets after a day
    } catch (CommandFailed e) {
      return e.exitCode() == Cts.REFUSED; // CTS never heard of it
    }
  }

  private void measure() throws InterruptedException {
    Process running = null;
    try {
      running = new ProcessBuilder(command()).redirectErrorStream(true).start();
      probe = running;
      running.getOutputStream().close();
      var said = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();
      if (running.waitFor() == 0) {
        measured = Instant.now();
        log.say("this machine was measured, and CTS knows it as node " + node);
      } else {
        log.say("this machine could not be measured, and will be tried again: "
            + (said.isEmpty() ? "exit code " + running.exitValue() : said.getLast()));
      }
    } catch (IOException e) {
      log.say("this machine could not be measured, and will be tried again: " + e.getMessage());
    } finally {
      if (running != null) {
        running.destroy();
      }
    }
  }

  private List<String> command() {
    return List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC", "-Xmx96m",
        "-Djava.library.path=" + System.getProperty("java.library.path"), "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow", "-cp", System.getProperty("java.class.path"), Cts.class.getName(),
        "probe", "--node", node.toString(), "--api", api.base().toString(), "--registry", registry.toString(),
        "--store", store.toString());
  }

  @Override
  public void close() {
    if (thread != null) {
      thread.interrupt();
    }
    var running = probe;
    if (running != null) {
      running.destroy(); // what it says is waited for, whatever interrupts
    }
  }
}
