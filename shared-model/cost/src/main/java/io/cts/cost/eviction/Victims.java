package io.cts.cost.eviction;

import java.util.List;

/**
 * What is to go.
 *
 * @param stored the lowest standing first
 * @param bytes that they take together
 * @param shortfallBytes that cannot be freed because all else is pinned; 0 where enough goes
 * @param clock the highest standing evicted so far, these included; the next standings are computed with it
 */
public record Victims(List<Stored> stored, long bytes, long shortfallBytes, double clock) {
  public Victims {
    stored = List.copyOf(stored);
  }
}
