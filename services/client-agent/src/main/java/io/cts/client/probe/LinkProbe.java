package io.cts.client.probe;

import io.cts.client.pull.Client;
import io.cts.client.pull.RateLimit;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Measures the link to CTS by what probe-receiver sends, takes and answers. */
public final class LinkProbe {
  /** As many as a pull has layers under way. */
  public static final int STREAMS = Client.USUAL_PARALLEL;
  private static final int ROUND_TRIPS = 12;
  private static final int FIRST_BYTES = 256 << 10;
  private static final int MOST_BYTES = 64 << 20;
  /** A transfer of at least so long tells the speed of the link rather than of its start. */
  private static final double ENOUGH_SECONDS = 0.5;
  private static final int CONNECT_MILLIS = 3_000;
  private static final int SILENCE_MILLIS = 30_000;
  private static final int TOO_MANY_REQUESTS = 429;
  /** CTS lets few nodes probe at once; each takes some seconds. */
  private static final int TURNS_AWAITED = 20;
  private static final Duration TURN = Duration.ofSeconds(1);

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

  /**
   * From CTS to here.
   *
   * @param shortMbps of one small transfer, from its request to its last byte
   * @param one stream alone
   * @param several streams at once, together
   */
  public record Download(double shortMbps, Bandwidth one, Bandwidth several) {
    /** What the link carries: one stream may be held up by its window, several by each other. */
    public Bandwidth best() {
      return several.mbps > one.mbps ? several : one;
    }
  }

  /** The shortest of several round trips on an open connection, in milliseconds: what waits in queues adds, never takes. */
  public double rttMillis() throws IOException {
    var shortest = Double.POSITIVE_INFINITY;
    for (var i = 0; i < ROUND_TRIPS; i++) {
      var started = System.nanoTime();
      answered(open("v1/probe/rtt")).close();
      if (i > 0) { // the first opens the connection
        shortest = Math.min(shortest, (System.nanoTime() - started) / 1e6);
      }
    }
    return shortest;
  }

  /** A small transfer, ever larger ones until one takes long enough, and several at once likewise. */
  public Download download() throws IOException {
    patiently(() -> downloaded(FIRST_BYTES).seconds()); // opens the connection
    var small = patiently(() -> downloaded(FIRST_BYTES).secondsFromRequest());
    var one = growing(FIRST_BYTES, bytes -> downloaded(bytes).seconds());
    // begins below what one stream needed, so that the other connections are open when it counts
    var several = growing(Math.max(FIRST_BYTES, one.bytes / (2 * STREAMS)), this::downloadedAtOnce);
    return new Download(mbps(FIRST_BYTES, small), one.bandwidth(1), several.bandwidth(STREAMS));
  }

  /** Up: from here to CTS; empty where the limit of this machine would be measured instead of the link. */
  public Optional<Bandwidth> upload() throws IOException {
    return limit == null ? Optional.of(growing(FIRST_BYTES, this::uploaded).bandwidth(1)) : Optional.empty();
  }

  private static double mbps(long bytes, double seconds) {
    return bytes * 8 / 1e6 / seconds;
  }

  private interface Transfer {
    /** Seconds that so many bytes of each stream took. */
    double of(int bytes) throws IOException;
  }

  private record Grown(int bytes, double seconds) {
    Bandwidth bandwidth(int streams) {
      return new Bandwidth(mbps((long) bytes * streams, seconds), seconds < ENOUGH_SECONDS);
    }
  }

  private static Grown growing(int first, Transfer transfer) throws IOException {
    for (var bytes = first;; bytes *= 2) {
      var size = bytes;
      var seconds = patiently(() -> transfer.of(size));
      if (seconds >= ENOUGH_SECONDS || bytes >= MOST_BYTES) {
        return new Grown(bytes, seconds);
      }
    }
  }

  private interface Attempt {
    double seconds() throws IOException;
  }

  /** CTS is measured against by other nodes, too: this one waits its turn. */
  private static double patiently(Attempt attempt) throws IOException {
    for (var turn = 1;; turn++) {
      try {
        return attempt.seconds();
      } catch (Busy e) {
        if (turn == TURNS_AWAITED) {
          throw e;
        }
        pause();
      }
    }
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(TURN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting to measure the link", e);
    }
  }

  /** Other nodes are measuring. */
  private static final class Busy extends IOException {
    private static final long serialVersionUID = 1;

    Busy(URI api) {
      super("tried to measure the link to " + api + " but as many nodes as CTS allows went on doing the same for "
          + TURN.multipliedBy(TURNS_AWAITED).toSeconds() + " s; try again in a minute");
    }
  }

  private double downloadedAtOnce(int bytes) throws IOException {
    try (var threads = Executors.newFixedThreadPool(STREAMS)) {
      var streams = new ArrayList<Future<Took>>();
      for (var i = 0; i < STREAMS; i++) {
        streams.add(threads.submit(() -> downloaded(bytes)));
      }
      var all = streams.getFirst().get();
      for (var stream : streams) {
        all = all.and(stream.get());
      }
      return all.seconds();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while measuring the link", e);
    }
  }

  /** When it was asked for, when it began to come, when it was there; by this machine's clock, in nanoseconds. */
  private record Took(long asked, long began, long ended) {
    double secondsFromRequest() {
      return (ended - asked) / 1e9;
    }

    double seconds() {
      return (ended - began) / 1e9;
    }

    Took and(Took other) {
      return new Took(Math.min(asked, other.asked), Math.min(began, other.began), Math.max(ended, other.ended));
    }
  }

  private Took downloaded(int bytes) throws IOException {
    var asked = System.nanoTime();
    var body = answered(open("v1/probe/download?bytes=" + bytes));
    var began = System.nanoTime();
    try (var in = limit == null ? body : limit.through(body)) {
      var block = new byte[64 << 10];
      var count = 0L;
      for (var read = in.read(block); read >= 0; read = in.read(block)) {
        count += read;
      }
      if (count != bytes) {
        throw new IOException("asked CTS for " + bytes + " bytes to measure the link, and " + count + " came");
      }
      return new Took(asked, began, System.nanoTime());
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
    } catch (IOException cut) {
      answered(connection).close(); // it may say why
      throw cut;
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
      if (status == TOO_MANY_REQUESTS) {
        throw new Busy(api);
      }
      if (status >= 400) {
        throw new IOException("CTS answered " + status);
      }
      return connection.getInputStream();
    } catch (Busy e) {
      throw e;
    } catch (IOException e) {
      throw new IOException("tried to measure the link to " + api + " but it failed (" + e.getMessage()
          + "); start CTS with \"cts up\", or say where it is with --cts", e);
    }
  }
}
