package io.cts.cache.observe;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.cts.contract.NodeId;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * Which nodes have links so fast that watching a transfer costs more than it tells. Their files are sent by the kernel,
 * but for one a minute, which is watched in case the link has changed. A link's speed is that of all transfers to the node
 * together.
 */
public final class LinkSpeeds {
  private static final long ENOUGH_BYTES = 4 << 20;
  private static final long WATCHED_EVERY_NANOS = Duration.ofMinutes(1).toNanos();

  private final Cache<NodeId, Link> links = Caffeine.newBuilder()
      .maximumSize(100_000)
      .expireAfterAccess(Duration.ofHours(24))
      .build();
  private final double fastMBps;
  private final LongSupplier nanoTime;

  /**
   * @param fastMBps megabytes (10⁶) per second from which a link counts as fast
   * @param nanoTime {@link System#nanoTime}
   */
  public LinkSpeeds(double fastMBps, LongSupplier nanoTime) {
    this.fastMBps = fastMBps;
    this.nanoTime = nanoTime;
  }

  private static final class Link {
    /** To the node, by all its transfers; what the kernel sends counts when it is begun. */
    private final LongAdder bytes = new LongAdder();
    private final AtomicLong watchedAt = new AtomicLong();
    private volatile double megabytesPerSecond;
  }

  /** A transfer that is being watched. */
  public final class Watch {
    private final Link link;
    private final long before;
    private final long began = nanoTime.getAsLong();

    private Watch(Link link) {
      this.link = link;
      this.before = link.bytes.sum();
    }

    /** What is read through the result counts as sent. */
    public InputStream counting(InputStream in) {
      return new FilterInputStream(in) {
        @Override
        public int read() throws IOException {
          var single = new byte[1];
          return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
          var count = in.read(buffer, offset, length);
          if (count > 0) {
            link.bytes.add(count);
          }
          return count;
        }
      };
    }

    /** The client has taken everything. */
    public void end() {
      var bytes = link.bytes.sum() - before;
      var now = nanoTime.getAsLong();
      if (bytes >= ENOUGH_BYTES && now > began) {
        link.megabytesPerSecond = bytes * 1e3 / (now - began);
        link.watchedAt.set(now);
      }
    }
  }

  public Watch watch(NodeId node) {
    return new Watch(link(node));
  }

  /** Whether the next transfer may go unwatched. */
  public boolean mayGoUnwatched(NodeId node) {
    var link = links.getIfPresent(node);
    if (link == null || link.megabytesPerSecond < fastMBps) {
      return false;
    }
    var last = link.watchedAt.get();
    var now = nanoTime.getAsLong();
    return now - last < WATCHED_EVERY_NANOS || !link.watchedAt.compareAndSet(last, now);
  }

  /** The kernel sends so many bytes, and nobody will know when. */
  public void unwatched(NodeId node, long bytes) {
    link(node).bytes.add(bytes);
  }

  private Link link(NodeId node) {
    return Objects.requireNonNull(links.get(node, _ -> new Link()), "made where it is missing");
  }
}
