package io.cts.standalone;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/** Passes connections on to a port, and stands still once so many bytes came back through it. Closing it breaks them off. */
final class HaltingRelay implements Closeable {
  private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final int target;
  private final Semaphore allowance = new Semaphore(0);
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

  HaltingRelay(int target) throws IOException {
    this.target = target;
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  /** Lets {@code bytes} more through, of all connections together. */
  void allow(int bytes) {
    allowance.release(bytes);
  }

  /** Whether it stands still: what came is more than it may pass on. */
  boolean isHalted() {
    return allowance.hasQueuedThreads();
  }

  /** Breaks off what stands still, and lets through whatever comes from now on. */
  void breakOff() throws IOException {
    for (var socket : sockets) {
      socket.close();
    }
    sockets.clear();
    allowance.release(1 << 29);
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        var client = server.accept();
        var onward = new Socket(InetAddress.getLoopbackAddress(), target);
        sockets.add(client);
        sockets.add(onward);
        Thread.ofVirtual().start(() -> pump(client, onward, false));
        Thread.ofVirtual().start(() -> pump(onward, client, true));
      } catch (IOException e) {
        // it is being closed, or what it passes on to is gone
      }
    }
  }

  private void pump(Socket from, Socket to, boolean counted) {
    var block = new byte[4 << 10];
    try (from; to) {
      var in = from.getInputStream();
      var out = to.getOutputStream();
      for (int count; (count = in.read(block)) >= 0;) {
        if (counted) {
          allowance.acquireUninterruptibly(count);
        }
        out.write(block, 0, count);
      }
    } catch (IOException e) {
      // one side is gone, and so both are
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    breakOff();
  }
}
