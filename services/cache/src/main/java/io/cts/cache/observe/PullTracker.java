package io.cts.cache.observe;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.cts.contract.Digest;
import io.cts.contract.EventId;
import io.cts.contract.Form;
import io.cts.contract.ImageRef;
import io.cts.contract.NodeId;
import io.cts.contract.Objective;
import io.cts.contract.Platform;
import io.cts.contract.PullId;
import io.cts.contract.PullRequested;
import io.cts.contract.PullRequested.Origin;
import io.cts.messaging.Observations;
import io.cts.messaging.PullTraces;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which pull a request belongs to. A pull begins when a node fetches a manifest by digest, or a blob; a resolution with
 * nothing after it is a poll and leaves no trace. An announced pull is taken over by the first node that it was announced
 * for; a pull that nobody announced is published as requested by its engine.
 */
public final class PullTracker {
  /** A pull that stood still for so long is over; what the node asks for later is a new one. */
  private static final Duration IDLE = Duration.ofMinutes(2);
  /** How long an announced pull waits for somebody to come (DESIGN, "Words": expired). */
  public static final Duration WAITS = Duration.ofHours(24);

  private final Observations observations;
  private final PullTraces traces;
  private final Clock clock;
  private final Cache<Key, PullId> pulls = Caffeine.newBuilder().maximumSize(200_000).expireAfterAccess(IDLE).build();
  private final Cache<Key, Resolution> resolutions = Caffeine.newBuilder()
      .maximumSize(200_000)
      .expireAfterWrite(Duration.ofMinutes(10))
      .build();
  private final Map<Digest, Deque<Announced>> announced = new ConcurrentHashMap<>();
  private final Cache<PullId, Boolean> taken = Caffeine.newBuilder()
      .maximumSize(200_000)
      .expireAfterWrite(WAITS)
      .build();
  private volatile Consumer<PullId> whenTaken = _ -> {};

  private record Key(NodeId node, Digest manifest) {}

  private record Announced(PullId pull, @Nullable NodeId node, Instant until) {}

  /** What a node was answered when it asked for a tag. */
  public record Resolution(ImageRef image, Form form) {}

  public PullTracker(Observations observations, PullTraces traces, Clock clock) {
    this.observations = observations;
    this.traces = traces;
    this.clock = clock;
  }

  /** The node asked for a tag and was told of {@code original}, a manifest or an index, in {@code form}. */
  public void resolved(Caller caller, ImageRef image, Digest original, Form form) {
    resolutions.put(new Key(caller.node(), original), new Resolution(image, form));
  }

  public Optional<Resolution> resolution(NodeId node, Digest original) {
    return Optional.ofNullable(resolutions.getIfPresent(new Key(node, original)));
  }

  /**
   * A pull is ready for whoever comes first, or for one node.
   *
   * @param at when it became ready
   */
  public void announce(PullId pull, Digest manifest, @Nullable NodeId node, Instant at) {
    if (taken.getIfPresent(pull) != null) {
      return;
    }
    announced.compute(manifest, (_, known) -> {
      var waiting = known == null ? new ConcurrentLinkedDeque<Announced>() : known;
      waiting.removeIf(other -> other.pull().equals(pull) || other.until().isBefore(clock.instant()));
      waiting.add(new Announced(pull, node, at.plus(WAITS)));
      return waiting;
    });
  }

  /** A node came for the pull, in this process or in another. */
  public void taken(PullId pull, Digest manifest) {
    taken.put(pull, true);
    announced.computeIfPresent(manifest, (_, waiting) -> {
      waiting.removeIf(other -> other.pull().equals(pull));
      return waiting.isEmpty() ? null : waiting;
    });
  }

  /** Has {@code listener} told of each announced pull that a node comes for here. */
  public void whenTaken(Consumer<PullId> listener) {
    whenTaken = listener;
  }

  /** The pull that is under way, if any of {@code manifests} is being pulled by the node. */
  public Optional<PullId> current(NodeId node, Set<Digest> manifests) {
    for (var manifest : manifests) {
      var pull = pulls.getIfPresent(new Key(node, manifest));
      if (pull != null) {
        return Optional.of(pull);
      }
    }
    return Optional.empty();
  }

  /** The node's pull of {@code manifest}, begun now if none is under way. */
  public PullId begin(Caller caller, ImageRef image, Digest manifest, @Nullable Platform platform) {
    return pulls.get(new Key(caller.node(), manifest), key -> {
      var taken = take(key);
      return taken != null ? taken : request(caller, image, manifest, platform);
    });
  }

  private @Nullable PullId take(Key key) {
    var waiting = announced.get(key.manifest());
    if (waiting != null) {
      for (var candidate : waiting) {
        if ((candidate.node() == null || candidate.node().equals(key.node()))
            && candidate.until().isAfter(clock.instant()) && waiting.remove(candidate)) {
          taken(candidate.pull(), key.manifest());
          whenTaken.accept(candidate.pull());
          return candidate.pull();
        }
      }
    }
    return null;
  }

  private PullId request(Caller caller, ImageRef image, Digest manifest, @Nullable Platform platform) {
    var now = clock.instant();
    var facts = caller.node() + "/" + manifest + "/" + now.getEpochSecond() / 60;
    var pull = PullId.derived(facts);
    observations
        .record(new PullRequested(EventId.derived(facts + "/requested"), now, pull, image.at(manifest), platform,
            caller.node(), null, Objective.LATENCY, Origin.ENGINE));
    traces.first(pull, "pull begun by an engine", now,
        Map.of("cts.image", image.toString(), "cts.origin", Origin.ENGINE.toString()));
    return pull;
  }
}
