package io.cts.oci;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/** An address that never picks up: nobody accepts, and the queue of those who wait is full. */
public final class BlackHole implements AutoCloseable {
  private static final int FULL_AT_MOST = 64;

  private final ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
  private final List<Socket> waiting = new ArrayList<>();

  public BlackHole() throws IOException {
    for (var i = 0; i < FULL_AT_MOST; i++) {
      var socket = new Socket();
      waiting.add(socket);
      try {
        socket.connect(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port()), 100);
      } catch (SocketTimeoutException e) {
        return;
      }
    }
    close();
    throw new IOException("this system takes more than " + FULL_AT_MOST + " connections that nobody accepts");
  }

  public int port() {
    return server.getLocalPort();
  }

  public String url() {
    return "http://127.0.0.1:" + port();
  }

  @Override
  public void close() throws IOException {
    for (var socket : waiting) {
      socket.close();
    }
    server.close();
  }
}
