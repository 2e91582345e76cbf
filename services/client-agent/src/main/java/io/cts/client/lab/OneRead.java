package io.cts.client.lab;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** A blob read once over a connection of its own, as fast as it comes, and thrown away. */
final class OneRead {
  private static final int BUFFER = 1 << 20;
  private static final byte[] END_OF_HEAD = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);

  /**
   * @param sizeBytes of the blob, whole and not encoded
   * @return seconds from the request to the last byte
   */
  double of(URI address, long sizeBytes) throws IOException {
    try (var socket = SocketChannel.open(new InetSocketAddress(address.getHost(), address.getPort()))) {
      var begun = System.nanoTime();
      socket.write(ByteBuffer.wrap(("GET " + address.getRawPath() + " HTTP/1.1\r\nHost: " + address.getAuthority()
          + "\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII)));
      for (var left = sizeBytes - afterHead(socket, address); left > 0;) {
        buffer.clear();
        left -= read(socket, address, left);
      }
      return (System.nanoTime() - begun) / 1e9;
    }
  }

  /** Reads the head, and gives the number of bytes of the body that came with it. */
  private int afterHead(SocketChannel socket, URI address) throws IOException {
    buffer.clear();
    while (true) {
      read(socket, address, 1);
      var head = new byte[buffer.position()];
      buffer.get(0, head);
      var text = new String(head, StandardCharsets.ISO_8859_1);
      var end = text.indexOf(new String(END_OF_HEAD, StandardCharsets.US_ASCII));
      if (end >= 0) {
        if (!text.startsWith("HTTP/1.1 200 ")) {
          throw new IOException("tried to read " + address + " but it answered " + text.lines().findFirst().orElse(""));
        }
        return head.length - end - END_OF_HEAD.length;
      }
    }
  }

  private int read(SocketChannel socket, URI address, long left) throws IOException {
    var count = socket.read(buffer);
    if (count < 0) {
      throw new EOFException("tried to read " + address + " but it ended with " + left + " bytes to come");
    }
    return count;
  }
}
