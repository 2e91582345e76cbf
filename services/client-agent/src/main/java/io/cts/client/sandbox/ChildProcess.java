package io.cts.client.sandbox;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A server of our own in a process of its own, which ends with this program at the latest. Closing it stops it. */
public final class ChildProcess implements AutoCloseable {
  private final Process process;
  private final Duration toEnd;
  private final Thread stopAtExit;

  /**
   * @param toEnd how long it may take to end before it is killed
   */
  public ChildProcess(Process process, String name, Duration toEnd) {
    this.process = process;
    this.toEnd = toEnd;
    this.stopAtExit = new Thread(process::destroy, "stop " + name);
    Runtime.getRuntime().addShutdownHook(stopAtExit);
  }

  /** A port of {@code address} that nobody has, and that somebody else may take before the child does. */
  public static int freePort(InetAddress address) throws IOException {
    try (var socket = new ServerSocket(0, 1, address)) {
      return socket.getLocalPort();
    }
  }

  public static int freePort() throws IOException {
    return freePort(InetAddress.getLoopbackAddress());
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** @throws IllegalThreadStateException while it runs */
  public int exitCode() {
    return process.exitValue();
  }

  public long id() {
    return process.pid();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(toEnd.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
      }
      Runtime.getRuntime().removeShutdownHook(stopAtExit);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    } catch (IllegalStateException e) {
      // this program is ending, and the hook runs already
    }
  }
}
