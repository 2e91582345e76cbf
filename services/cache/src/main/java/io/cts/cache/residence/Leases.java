package io.cts.cache.residence;

import io.cts.contract.Digest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * The layers of made manifests that were served lately: they exist nowhere else under these names, so they stay while a
 * client may still come for them. Leases take a share of the store at most; when that is taken, new pulls are answered
 * the original.
 */
public final class Leases {
  private final Map<Digest, Lease> byManifest = new ConcurrentHashMap<>();
  private final Clock clock;
  private final Duration term;
  private final long mostBytes;

  private record Lease(Instant until, Set<Digest> blobs, long bytes) {}

  /** A blob that has to stay, and its size. */
  public record Leased(Digest blob, long bytes) {}

  public Leases(Clock clock, Duration term, long mostBytes) {
    this.clock = clock;
    this.term = term;
    this.mostBytes = mostBytes;
  }

  /** Whether the lease was renewed so lately that renewing it again would change nothing. */
  public boolean isFresh(Digest manifest) {
    var lease = byManifest.get(manifest);
    return lease != null && lease.until().isAfter(clock.instant().plus(term.multipliedBy(9).dividedBy(10)));
  }

  /**
   * Begins or renews the lease of a made manifest's blobs.
   *
   * @return until when they stay; empty where there is no room for them
   */
  public Optional<Instant> renew(Digest manifest, Collection<Leased> blobs) {
    var now = clock.instant();
    var bytes = blobs.stream().mapToLong(Leased::bytes).sum();
    byManifest.values().removeIf(lease -> lease.until().isBefore(now));
    var others = byManifest.entrySet()
        .stream()
        .filter(it -> !it.getKey().equals(manifest))
        .mapToLong(it -> it.getValue().bytes())
        .sum();
    if (!byManifest.containsKey(manifest) && others + bytes > mostBytes) {
      return Optional.empty();
    }
    var until = now.plus(term);
    restore(manifest, blobs, until);
    return Optional.of(until);
  }

  /** Takes over a lease that another process gave, or this one in an earlier life. */
  public void restore(Digest manifest, Collection<Leased> blobs, Instant until) {
    var lease = new Lease(until, blobs.stream().map(Leased::blob).collect(Collectors.toUnmodifiableSet()),
        blobs.stream().mapToLong(Leased::bytes).sum());
    byManifest.merge(manifest, lease, (before, now) -> now.until().isAfter(before.until()) ? now : before);
  }

  /** The blobs that have to stay now. */
  public Set<Digest> leased() {
    var now = clock.instant();
    return byManifest.values()
        .stream()
        .filter(lease -> !lease.until().isBefore(now))
        .flatMap(lease -> lease.blobs().stream())
        .collect(Collectors.toUnmodifiableSet());
  }
}
