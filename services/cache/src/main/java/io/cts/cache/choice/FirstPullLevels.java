package io.cts.cache.choice;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.cts.contract.NodeId;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * The level of zstd that keeps a node's link full: it begins with the highest that fills a link that is known, else the
 * lowest; it rises from layer to layer as long as most of the time goes into sending, and falls when hardly any does. Where
 * even the lowest is slower than the link, the upstream's own bytes are there sooner, and there is none for a while.
 */
public final class FirstPullLevels {
  private static final List<Integer> LEVELS = List.of(1, 3, 6, 9);
  /**
   * Megabits per second of the fastest link that each level fills: of encoded bytes, what inflating, hashing and encoding a
   * layer comes to on one processor of many, rounded down.
   */
  private static final List<Integer> FILLED_MBPS = List.of(500, 200, 100, 40);
  private static final int NONE = -1;
  private static final double LINK_WAITS = 0.5;
  private static final double LINK_IS_FULL = 0.1;
  /** A smaller layer tells of the sender's buffer (tcp(7), tcp_wmem), not of the link. */
  private static final long ENOUGH_BYTES = 4L << 20;
  private static final Duration REMEMBERED = Duration.ofMinutes(10);

  private final Function<NodeId, OptionalDouble> bandwidthMbps;
  private final Cache<NodeId, Integer> steps;

  /** @param bandwidthMbps megabits per second of a node's link, where they are known */
  public FirstPullLevels(Function<NodeId, OptionalDouble> bandwidthMbps, Ticker clock) {
    this.bandwidthMbps = bandwidthMbps;
    this.steps = Caffeine.newBuilder().maximumSize(100_000).expireAfterWrite(REMEMBERED).ticker(clock).build();
  }

  /** Empty where the upstream's bytes are better sent as they are. */
  public OptionalInt of(NodeId node) {
    var step = step(node);
    return step == NONE ? OptionalInt.empty() : OptionalInt.of(LEVELS.get(step));
  }

  private int step(NodeId node) {
    var learned = steps.getIfPresent(node);
    if (learned != null) {
      return learned;
    }
    var bandwidth = bandwidthMbps.apply(node);
    var step = bandwidth.isEmpty() ? 0 : LEVELS.size() - 1;
    while (step != NONE && bandwidth.orElse(0) > FILLED_MBPS.get(step)) {
      step--;
    }
    return step;
  }

  /**
   * A layer was sent.
   *
   * @param bytes that were sent
   * @param sending of all the time, the part that went into writing to the link
   */
  public void learn(NodeId node, long bytes, double sending) {
    var step = step(node);
    if (bytes < ENOUGH_BYTES || step == NONE) {
      return; // layers that were begun before may end after there was none
    }
    if (sending > LINK_WAITS) {
      steps.put(node, Math.min(step + 1, LEVELS.size() - 1));
    } else if (step == 0 || sending < LINK_IS_FULL) {
      steps.put(node, step - 1);
    }
  }
}
