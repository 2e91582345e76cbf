package io.cts.cache.observe;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.cts.contract.NodeId;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Which nodes have links so fast that watching a transfer costs more than it tells. Their files are sent by the kernel,
 * but for one in eight, which is watched in case the link has changed.
 */
public final class LinkSpeeds {
  private static final int WATCHED_ONE_IN = 8;
  private static final long ENOUGH_BYTES = 4 << 20;

  private final Cache<NodeId, Double> megabytesPerSecond = Caffeine.newBuilder()
      .maximumSize(100_000)
      .expireAfterWrite(Duration.ofHours(24))
      .build();
  private final double fastMBps;

  /** @param fastMBps megabytes (10⁶) per second from which a link counts as fast */
  public LinkSpeeds(double fastMBps) {
    this.fastMBps = fastMBps;
  }

  public void observed(NodeId node, long bytes, double seconds) {
    if (bytes >= ENOUGH_BYTES && seconds > 0) {
      megabytesPerSecond.put(node, bytes / 1e6 / seconds);
    }
  }

  /** Whether this transfer may go unwatched. */
  public boolean mayGoUnwatched(NodeId node) {
    var speed = megabytesPerSecond.getIfPresent(node);
    return speed != null && speed >= fastMBps && ThreadLocalRandom.current().nextInt(WATCHED_ONE_IN) != 0;
  }
}
