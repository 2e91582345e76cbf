package io.cts.client.agent;

import io.cts.client.agent.Spool.Stretch;
import io.cts.client.pull.Connection;
import io.cts.client.pull.PullFailed;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadFactory;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Fetches blobs in ranges, several at once over connections of their own, as {@link LinkUse} says; the blobs under way
 * share them alike. What a broken connection brought is kept, and only the rest is asked for again.
 */
final class Ranges {
  private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18})");
  private static final int BLOCK = 64 << 10;
  /** Without a byte of a blob for so long, it is fetched from elsewhere: CTS starts again sooner. */
  static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final long FIRST_PAUSE_MILLIS = 100;
  private static final int MOST_DOUBLINGS = 4;

  private final Connection connection;
  private final LinkUse link;
  private final Duration patience;
  private final ThreadFactory threads = Thread.ofVirtual().name("range-", 0).factory();
  private final List<Job> jobs = new ArrayList<>();
  private int running;

  /** @param patience how long a blob may bring nothing */
  Ranges(Connection connection, LinkUse link, Duration patience) {
    this.connection = connection;
    this.link = link;
    this.patience = patience;
  }

  /** A blob under way. */
  private static final class Job {
    final String tried;
    final URI uri;
    final Map<String, String> headers;
    final Spool spool;
    final boolean alone;
    final LongConsumer arrived;
    final Deque<Stretch> missing = new ArrayDeque<>();
    int running;
    /** Breaks in a row, of whichever connection, without a byte between them. */
    int fruitless;
    /** When the first of the fruitless ones broke. */
    long brokenAt;
    @Nullable
    IOException failure;

    Job(String tried, URI uri, Map<String, String> headers, Spool spool, boolean alone,
        LongConsumer arrived) {
      this.alone = alone;
      this.tried = tried;
      this.uri = uri;
      this.headers = headers;
      this.spool = spool;
      this.arrived = arrived;
    }

    boolean mayRun() {
      return failure == null && !missing.isEmpty() && !(alone && running > 0);
    }

    boolean isOver() {
      return running == 0 && (missing.isEmpty() || failure != null);
    }
  }

  /**
   * Fetches the bytes of {@code uri} that {@code spool} misses into it, and waits for them.
   *
   * @param headers of each request but {@code Range}
   * @param alone in one piece, where making one from the middle costs the server all before it
   * @param arrived is told how many bytes came, by several threads
   */
  void fill(String tried, URI uri, Map<String, String> headers, Spool spool, boolean alone,
      LongConsumer arrived) throws IOException {
    var job = new Job(tried, uri, headers, spool, alone, arrived);
    job.missing.addAll(spool.missing());
    await(job);
    if (job.failure != null) {
      throw job.failure;
    }
  }

  private synchronized void await(Job job) throws IOException {
    jobs.add(job);
    try {
      dispatch();
      while (!job.isOver()) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("fetching was given up", e);
    } finally {
      jobs.remove(job);
    }
  }

  /** Starts what may run: next for the blob that has the fewest requests under way. */
  private synchronized void dispatch() {
    while (running < link.streams()) {
      var next = jobs.stream()
          .filter(Job::mayRun)
          .min(Comparator.comparingInt(job -> job.running));
      if (next.isEmpty()) {
        return;
      }
      var job = next.get();
      var stretch = job.missing.removeFirst();
      var end = job.alone ? stretch.end() : Math.min(stretch.end(), stretch.from() + link.rangeBytes());
      if (end < stretch.end()) {
        job.missing.addFirst(new Stretch(end, stretch.end()));
      }
      running++;
      job.running++;
      threads.newThread(() -> run(job, new Stretch(stretch.from(), end))).start();
    }
  }

  private void run(Job job, Stretch wanted) {
    var reached = wanted.from();
    @Nullable
    IOException broken = null;
    try {
      reached = fetch(job, wanted);
    } catch (Broken e) {
      reached = e.reached;
      broken = e;
    } catch (IOException e) {
      broken = e;
      fail(job, e);
    } finally {
      if (broken instanceof Broken) {
        pauseAfter(job, broken);
      }
      over(job, new Stretch(reached, wanted.end()));
    }
  }

  private void pauseAfter(Job job, IOException why) {
    link.broke();
    int fruitless;
    boolean isGone;
    synchronized (this) {
      fruitless = job.fruitless++;
      if (fruitless == 0) { // however long a connection was silent before, it is the first to break
        job.brokenAt = System.nanoTime();
      }
      isGone = System.nanoTime() - job.brokenAt > patience.toNanos();
    }
    if (isGone) {
      fail(job, why);
    } else if (fruitless > 0) {
      try {
        Thread.sleep(FIRST_PAUSE_MILLIS << Math.min(fruitless, MOST_DOUBLINGS));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private synchronized void fail(Job job, IOException why) {
    if (job.failure == null) {
      job.failure = why;
    }
  }

  private synchronized void over(Job job, Stretch rest) {
    running--;
    job.running--;
    if (rest.from() < rest.end()) {
      job.missing.addFirst(rest);
    }
    notifyAll();
    dispatch();
  }

  /** A connection ended before its time. */
  private static final class Broken extends IOException {
    private static final long serialVersionUID = 1;
    private final long reached;

    Broken(String tried, long reached, String why, @Nullable Throwable cause) {
      super("tried to " + tried + " but it broke off at byte " + reached + " (" + why + "); check the link to CTS",
          cause);
      this.reached = reached;
    }
  }

  /** Returns where the range ended. */
  private long fetch(Job job, Stretch wanted) throws IOException {
    var headers = new HashMap<>(job.headers);
    headers.put("Range", "bytes=" + wanted.from() + "-" + (wanted.end() - 1));
    var position = wanted.from();
    var asked = System.nanoTime();
    try (var reply = connection.send("GET", job.uri, headers)) {
      link.answered((System.nanoTime() - asked) / 1e9);
      if (reply.status() == 429 || reply.status() >= 500) {
        throw new Broken(job.tried, position, "answered " + reply.status(), null);
      }
      var range = reply.header("Content-Range");
      var match = CONTENT_RANGE.matcher(range == null ? "" : range);
      if (reply.status() != 206 || !match.matches() || Long.parseLong(match.group(1)) != position
          || Long.parseLong(match.group(3)) != job.spool.total()) {
        throw new PullFailed(job.tried, "bytes " + position + " and on were answered " + reply.status() + " "
            + (range == null ? "without a range" : range), "pull again, and report it to CTS's owner");
      }
      var body = reply.body();
      var block = new byte[BLOCK];
      while (position < wanted.end()) {
        var count = body.read(block, 0, (int) Math.min(block.length, wanted.end() - position));
        if (count < 0) {
          throw new IOException("the answer ended early");
        }
        if (job.spool.isFailed()) {
          throw new IOException("nobody wants it any more");
        }
        job.spool.write(position, block, count);
        position += count;
        job.arrived.accept(count);
        received(job, count);
      }
      if (body.read() >= 0) { // and so the connection is known to be free for the next
        throw new PullFailed(job.tried, "more came than was asked for", "report it to CTS's owner");
      }
      return position;
    } catch (Broken | PullFailed e) {
      throw e;
    } catch (IOException e) {
      if (job.spool.isFailed()) {
        throw e; // nobody wants it any more
      }
      throw new Broken(job.tried, position, String.valueOf(e.getMessage()), e);
    }
  }

  private void received(Job job, int count) {
    var before = link.streams();
    boolean full;
    synchronized (this) {
      job.fruitless = 0;
      full = running >= before;
    }
    link.received(count, full, System.nanoTime());
    if (link.streams() > before) {
      dispatch();
    }
  }
}
