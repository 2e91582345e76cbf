package io.cts.embedded;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Ports that nobody listens on. */
public final class LoopbackPorts {
  /** Below those that systems give to outgoing connections and to whoever asks for any port. */
  private static final int FIRST = 20_000;
  private static final int END = 32_000;
  private static final int TRIES = 1000;

  private LoopbackPorts() {}

  /**
   * {@code count} different ports that were free a moment ago. Nobody gets one by chance before it is used but another
   * who calls this and draws the same.
   */
  public static List<Integer> free(int count) throws IOException {
    var sockets = new ArrayList<ServerSocket>();
    try {
      for (var tries = 0; sockets.size() < count; tries++) {
        var port = ThreadLocalRandom.current().nextInt(FIRST, END);
        try {
          sockets.add(new ServerSocket(port, 1, InetAddress.getLoopbackAddress()));
        } catch (BindException e) {
          if (tries == TRIES) {
            throw new BindException("no free port among %d tried from %d to %d on loopback: %s".formatted(TRIES, FIRST,
                END - 1, e.getMessage()));
          }
        }
      }
      return sockets.stream().map(ServerSocket::getLocalPort).toList();
    } finally {
      for (var socket : sockets) {
        socket.close();
      }
    }
  }
}
