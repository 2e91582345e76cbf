package io.cts.cache.deltas;

import io.cts.blobs.BlobReader;
import io.cts.cache.catalog.Catalog;
import io.cts.cache.catalog.Repository;
import io.cts.cache.observe.Caller;
import io.cts.contract.DeltaRequested.Effort;
import io.cts.contract.Digest;
import io.cts.contract.LayerFeatures;
import io.cts.cost.EncodingChoice;
import io.cts.delta.format.DeltaWriter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;

/** Says when a delta is sooner there than anything else, and waits for one that is worth waiting for. */
public final class DeltaOffers {
  private static final double MEGA = 1e6;
  /** Of the layer, on two busy cores: 536 MB took 0.8 to 2 s (shared-model/delta, "Figures"). */
  private static final double APPLY_MBPS = 270;
  /** Of what is compressed again on the way, before it is: jars; an estimate from one of them (shared-model/delta, "Figures"). */
  private static final double REPACK_MBPS = 40;
  /** Of layer and bases, until this process has heard of some; making one takes decoding all of them. */
  private static final double MAKE_MBPS = 60;
  /** What waiting has to gain: a guess is weighed against what is known. */
  private static final double WORTH_WAITING = 0.8;
  private static final int MOST_HELD = 256;

  private final DeltaStore store;
  private final DeltaRequests requests;
  private final BaseChooser bases;
  private final Catalog catalog;
  private final BlobReader blobs;
  private final MeterRegistry meters;
  private final Clock clock;
  private final Duration longestHold;
  private final Semaphore holding = new Semaphore(MOST_HELD);

  DeltaOffers(DeltaStore store, DeltaRequests requests, BaseChooser bases, Catalog catalog, BlobReader blobs,
      MeterRegistry meters, Clock clock,
      Duration longestHold) {
    this.store = store;
    this.requests = requests;
    this.bases = bases;
    this.catalog = catalog;
    this.blobs = blobs;
    this.meters = meters;
    this.clock = clock;
    this.longestHold = longestHold;
  }

  /** @param delta digest of the bytes to send */
  public record Offer(Digest delta, Effort effort) {}

  /**
   * The delta that the agent is best served; nothing where another encoding is better.
   *
   * @param caller an agent that takes deltas
   * @param other the best of all other encodings
   */
  public Optional<Offer> offer(Caller caller, Repository repository, LayerFeatures layer, EncodingChoice other)
      throws IOException {
    var agent = caller.agent();
    var eligible = agent == null ? Set.<Digest>of() : bases.eligible(agent);
    if (eligible.isEmpty()) {
      return Optional.empty();
    }
    var made = soonest(layer, eligible, other);
    if (made.isEmpty()) {
      var wanted = requests.ask(repository, layer, eligible);
      if (wanted.isPresent() && isWorthWaiting(wanted.get(), layer, other)) {
        made = held(wanted.get());
      }
    }
    return made.filter(delta -> seconds(layer, delta, other) < other.predicted().totalSeconds())
        .map(delta -> offered(delta));
  }

  /** The delta that the agent was offered before, of which it wants another part; nothing where it is none, or is gone. */
  public Optional<Offer> offered(Caller caller, LayerFeatures layer, Digest delta) throws IOException {
    var agent = caller.agent();
    if (agent == null || blobs.size(delta).isEmpty()) {
      return Optional.empty();
    }
    var eligible = bases.eligible(agent);
    return store.of(layer.diffId())
        .stream()
        .filter(made -> made.state() == KnownDelta.State.MADE && delta.equals(made.delta())
            && eligible.containsAll(made.key().bases()))
        .findFirst()
        .map(made -> new Offer(delta, made.key().effort()));
  }

  private Offer offered(KnownDelta delta) {
    meters.counter("cts.deltas.served", "effort", delta.key().effort().toString()).increment();
    return new Offer(Objects.requireNonNull(delta.delta()), delta.key().effort());
  }

  private Optional<KnownDelta> soonest(LayerFeatures layer, Set<Digest> eligible, EncodingChoice other)
      throws IOException {
    var made = store.of(layer.diffId())
        .stream()
        .filter(delta -> delta.state() == KnownDelta.State.MADE
            && delta.key().formatVersion() == DeltaWriter.VERSION && eligible.containsAll(delta.key().bases()))
        .sorted(Comparator.comparingDouble((KnownDelta delta) -> seconds(layer, delta, other))
            .thenComparingLong(KnownDelta::sizeBytes))
        .toList();
    for (var delta : made) {
      if (delta.delta() != null && blobs.size(delta.delta()).isPresent()) {
        return Optional.of(delta);
      }
      requests.gone(delta);
    }
    return Optional.empty();
  }

  private static double seconds(LayerFeatures layer, KnownDelta delta, EncodingChoice other) {
    return seconds(layer, delta.sizeBytes(), delta.repackedBytes(), other);
  }

  /** From the GET until the layer is there, if {@code bytes} of delta are sent over the link that {@code other} is for. */
  private static double seconds(LayerFeatures layer, double bytes, double repackedBytes, EncodingChoice other) {
    var predicted = other.predicted();
    var transfer = predicted.bytes() == 0 ? 0 : predicted.transferSeconds() * bytes / predicted.bytes();
    return Math.max(transfer, layer.sizeBytes() / MEGA / APPLY_MBPS + repackedBytes / MEGA / REPACK_MBPS)
        + predicted.unpackSeconds();
  }

  private boolean isWorthWaiting(KnownDelta wanted, LayerFeatures layer, EncodingChoice other) {
    if (wanted.state() != KnownDelta.State.WANTED || !other.bandwidthMeasured()) {
      return false;
    }
    var upon = wanted.key().bases().stream().flatMap(base -> catalog.byDiffId(base).stream()).toList();
    var unshared = bases.unshared(layer, upon);
    if (unshared.isEmpty()) {
      return false;
    }
    var ratio = other.predicted().bytes() / Math.max(1.0, layer.sizeBytes());
    var all = layer.sizeBytes() + upon.stream().mapToLong(LayerFeatures::sizeBytes).sum();
    var elapsed = Duration.between(wanted.askedAt(), clock.instant()).toMillis() / 1000.0;
    var takes = all / MEGA / MAKE_MBPS;
    var wait = Math.max(0, takes - elapsed);
    return elapsed <= 2 * takes + longestHold.toSeconds() // later it will not come, or nobody knows when
        && wait <= longestHold.toSeconds()
        && wait + seconds(layer, ratio * unshared.getAsLong(), 0, other) < WORTH_WAITING
            * other.predicted().totalSeconds();
  }

  /** Holds no more requests than so many: the others are answered at once. */
  private Optional<KnownDelta> held(KnownDelta wanted) throws InterruptedIOException {
    if (!holding.tryAcquire()) {
      return Optional.empty();
    }
    try {
      var made = store.await(wanted.key(), longestHold);
      meters.counter("cts.deltas.held", "made", Boolean.toString(made.isPresent())).increment();
      return made;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (InterruptedIOException) new InterruptedIOException("interrupted while waiting for a delta").initCause(e);
    } finally {
      holding.release();
    }
  }
}
