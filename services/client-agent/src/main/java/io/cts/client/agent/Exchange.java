package io.cts.client.agent;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One request of an engine and its answer (RFC 9112). For one thread. */
final class Exchange {
  private static final int LONGEST_HEAD = 64 << 10;

  private final String method;
  private final URI uri;
  private final boolean keepsAlive;
  private final Map<String, String> asked;
  private final Map<String, String> answered = new LinkedHashMap<>();
  private final OutputStream out;
  private long left = -1;

  private Exchange(String method, URI uri, boolean keepsAlive, Map<String, String> asked, OutputStream out) {
    this.method = method;
    this.uri = uri;
    this.keepsAlive = keepsAlive;
    this.asked = asked;
    this.out = out;
  }

  /**
   * Reads a request's head.
   *
   * @param first the byte that was read already
   * @throws IOException if it is none
   */
  static Exchange read(int first, InputStream in, OutputStream out) throws IOException {
    var budget = new int[]{LONGEST_HEAD};
    var start = ((char) first + line(in, budget)).split(" ", 3);
    if (start.length < 3 || !start[2].startsWith("HTTP/1.")) {
      throw new IOException("no request of HTTP/1.1 came");
    }
    var headers = new HashMap<String, String>();
    for (var line = line(in, budget); !line.isEmpty(); line = line(in, budget)) {
      var colon = line.indexOf(':');
      if (colon > 0) {
        headers.put(line.substring(0, colon).strip().toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
      }
    }
    var hasBody = headers.containsKey("transfer-encoding") || !headers.getOrDefault("content-length", "0").equals("0");
    var keepsAlive = start[2].equals("HTTP/1.1") && !hasBody
        && !headers.getOrDefault("connection", "").toLowerCase(Locale.ROOT).contains("close");
    try {
      return new Exchange(start[0], new URI(start[1]), keepsAlive, headers, out);
    } catch (URISyntaxException e) {
      throw new IOException("the request's target is none: " + start[1], e);
    }
  }

  private static String line(InputStream in, int[] budget) throws IOException {
    var line = new StringBuilder();
    while (true) {
      var next = in.read();
      if (next < 0 || --budget[0] < 0) {
        throw new IOException(next < 0 ? "the request broke off" : "the request's head is too long");
      }
      if (next == '\n') {
        return line.toString().stripTrailing();
      }
      line.append((char) next);
    }
  }

  String method() {
    return method;
  }

  boolean isHead() {
    return method.equals("HEAD");
  }

  URI uri() {
    return uri;
  }

  /** Of the request; {@code name} in lower case. */
  @Nullable
  String header(String name) {
    return asked.get(name);
  }

  /** Of the answer. */
  void set(String name, String value) {
    answered.put(name, value);
  }

  void remove(String name) {
    answered.remove(name);
  }

  /** Whether the answer's head is out, so that nothing but its body can follow. */
  boolean isBegun() {
    return left >= 0;
  }

  /** Whether all is out that was announced. */
  boolean isWhole() {
    return left == 0;
  }

  /** Whether the connection is good for another request. */
  boolean keepsAlive() {
    return keepsAlive && isWhole();
  }

  /** Sends the head; the body, of exactly {@code length} bytes, is written to the result. To a HEAD there is none. */
  OutputStream begin(int status, long length) throws IOException {
    answered.put("Content-Length", String.valueOf(length));
    if (!keepsAlive) {
      answered.put("Connection", "close");
    }
    var head = new StringBuilder("HTTP/1.1 ").append(status)
        .append(' ')
        .append(status < 300 ? "OK" : "No")
        .append("\r\n");
    answered.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    out.write(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    left = isHead() ? 0 : length;
    return new Body();
  }

  private final class Body extends OutputStream {
    @Override
    public void write(int b) throws IOException {
      write(new byte[]{(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (length > left) {
        throw new IOException("the answer is longer than was announced");
      }
      out.write(bytes, offset, length);
      left -= length;
    }
  }
}
