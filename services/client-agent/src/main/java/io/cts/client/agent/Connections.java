package io.cts.client.agent;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Takes engines' connections, a virtual thread each. Engines try TLS first where a registry's name stands for itself: they
 * are told at once, in words that make them go on without.
 */
final class Connections implements Closeable {
  private static final int TLS_HANDSHAKE = 0x16; // RFC 8446, section 5.1: the type of a client's first record
  private static final int IDLE_MILLIS = 120_000;
  private static final byte[] NO_TLS = ("HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nConnection: close\r\n"
      + "Content-Length: 31\r\n\r\nThe agent speaks HTTP, not TLS\n").getBytes(StandardCharsets.ISO_8859_1);

  private final ServerSocket server = new ServerSocket();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final Handler handler;

  /** Answers a request. What it throws cuts the connection. */
  @FunctionalInterface
  interface Handler {
    void handle(Exchange exchange) throws IOException;
  }

  Connections(InetSocketAddress address, Handler handler) throws IOException {
    this.handler = handler;
    try {
      server.bind(address, 128);
    } catch (IOException e) {
      server.close();
      throw e;
    }
    Thread.ofPlatform().name("accept").start(this::accept);
  }

  InetSocketAddress address() {
    return (InetSocketAddress) server.getLocalSocketAddress();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        var socket = server.accept();
        open.add(socket);
        Thread.ofVirtual().name("engine").start(() -> serve(socket));
      } catch (IOException e) {
        // closed, or the engine went away before it was taken
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(IDLE_MILLIS);
      var in = new BufferedInputStream(socket.getInputStream());
      var out = socket.getOutputStream();
      while (answer(in, out)) {
        // the next request
      }
    } catch (IOException e) {
      // cut: by the engine, or because what it was given was not whole
    } finally {
      open.remove(socket);
    }
  }

  /** Whether another request may follow. */
  private boolean answer(InputStream in, OutputStream out) throws IOException {
    var first = in.read();
    if (first == TLS_HANDSHAKE) {
      in.skipNBytes(in.available());
      out.write(NO_TLS);
      return false;
    }
    if (first < 0) {
      return false;
    }
    var exchange = Exchange.read(first, in, out);
    handler.handle(exchange);
    return exchange.keepsAlive();
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (var socket : open) {
      socket.close();
    }
  }
}
