package io.cts.client.probe;

import io.cts.client.pull.RateLimit;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Measures the link to CTS by what probe-receiver sends, takes and answers. */
public final class LinkProbe {
  private static final int ROUND_TRIPS = 12;
  private static final int FIRST_BYTES = 256 << 10;
  private static final int MOST_BYTES = 64 << 20;
  /** A transfer of at least so long tells the speed of the link rather than of its start. */
  private static final double ENOUGH_SECONDS = 0.5;
  private static final int CONNECT_MILLIS = 3_000;
  private static final int SILENCE_MILLIS = 30_000;

  private final URI api;
  private final @Nullable RateLimit limit;

  /**
   * @param api with a slash at the end
   * @param limit that this machine keeps to; absent: as fast as it goes
   */
  public LinkProbe(URI api, @Nullable RateLimit limit) {
    this.api = api;
    this.limit = limit;
  }

  /** @param isLowerBound whether even the largest transfer was too short to tell */
  public record Bandwidth(double mbps, boolean isLowerBound) {}

  /** The shortest of several round trips on an open connection, in milliseconds: what waits in queues adds, never takes. */
  public double rttMillis() throws IOException {
    var shortest = Double.POSITIVE_INFINITY;
    for (var i = 0; i < ROUND_TRIPS; i++) {
      var started = System.nanoTime();
      var connection = open("v1/probe/rtt");
      answered(connection).close();
      if (i > 0) { // the first opens the connection
        shortest = Math.min(shortest, (System.nanoTime() - started) / 1e6);
      }
    }
    return shortest;
  }

  /** Down: from CTS to here, in ever larger transfers until one takes long enough. */
  public Bandwidth download() throws IOException {
    return growing(this::downloaded);
  }

  /** Up: from here to CTS; empty where the limit of this machine would be measured instead of the link. */
  public Optional<Bandwidth> upload() throws IOException {
    return limit == null ? Optional.of(growing(this::uploaded)) : Optional.empty();
  }

  private interface Transfer {
    /** Seconds that so many bytes took. */
    double of(int bytes) throws IOException;
  }

  private static Bandwidth growing(Transfer transfer) throws IOException {
    for (var bytes = FIRST_BYTES;; bytes *= 2) {
      var seconds = transfer.of(bytes);
      if (seconds >= ENOUGH_SECONDS || bytes >= MOST_BYTES) {
        return new Bandwidth(bytes * 8 / 1e6 / seconds, seconds < ENOUGH_SECONDS);
      }
    }
  }

  private double downloaded(int bytes) throws IOException {
    var connection = open("v1/probe/download?bytes=" + bytes);
    try (var in = limit == null ? answered(connection) : limit.through(answered(connection))) {
      var started = System.nanoTime();
      var block = new byte[64 << 10];
      var count = 0L;
      for (var read = in.read(block); read >= 0; read = in.read(block)) {
        count += read;
      }
      if (count != bytes) {
        throw new IOException("asked CTS for " + bytes + " bytes to measure the link, and " + count + " came");
      }
      return (System.nanoTime() - started) / 1e9;
    }
  }

  private double uploaded(int bytes) throws IOException {
    var connection = open("v1/probe/upload");
    connection.setRequestMethod("POST");
    connection.setDoOutput(true);
    connection.setRequestProperty("Content-Type", "application/octet-stream");
    connection.setFixedLengthStreamingMode(bytes);
    var started = System.nanoTime();
    try (var out = connection.getOutputStream()) {
      var block = new byte[64 << 10];
      for (var left = bytes; left > 0; left -= block.length) {
        out.write(block, 0, Math.min(left, block.length));
      }
    }
    answered(connection).close();
    return (System.nanoTime() - started) / 1e9;
  }

  private HttpURLConnection open(String path) throws IOException {
    var connection = (HttpURLConnection) api.resolve(path).toURL().openConnection();
    connection.setConnectTimeout(CONNECT_MILLIS);
    connection.setReadTimeout(SILENCE_MILLIS);
    return connection;
  }

  private InputStream answered(HttpURLConnection connection) throws IOException {
    try {
      var status = connection.getResponseCode();
      if (status >= 400) {
        throw new IOException("CTS answered " + status);
      }
      return connection.getInputStream();
    } catch (IOException e) {
      throw new IOException("tried to measure the link to " + api + " but it failed (" + e.getMessage()
          + "); start CTS with \"cts up\", or say where it is with --cts", e);
    }
  }
}
