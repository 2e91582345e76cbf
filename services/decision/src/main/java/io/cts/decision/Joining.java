package io.cts.decision;

import io.cts.contract.Digest;
import io.cts.contract.EncodingFailed;
import io.cts.contract.EventId;
import io.cts.contract.ImageProfiled;
import io.cts.contract.LayerEncoded;
import io.cts.contract.LayerFeatures;
import io.cts.contract.Objective;
import io.cts.contract.PullFailed;
import io.cts.contract.PullPlanned;
import io.cts.contract.PullRequested;
import io.cts.cost.LayerState;
import io.cts.messaging.Outbox;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a pull's request and its image's profile meet, in whichever order they come: each handler locks the pull's row,
 * adds what it brings and, when both are there, decides. A node that nobody knows never blocks. Runs in the transaction of
 * whoever calls.
 */
final class Joining {
  private static final Logger LOG = LoggerFactory.getLogger(Joining.class);
  private static final Duration DEMAND_WINDOW = Duration.ofHours(24);

  private final Pulls pulls;
  private final Images images;
  private final Encodings encodings;
  private final Decider decider;
  private final Nodes nodes;
  private final Models models;
  private final DecisionSettings settings;
  private final Outbox outbox;
  private final MeterRegistry metrics;
  private final Clock clock;

  Joining(Pulls pulls, Images images, Encodings encodings, Decider decider, Nodes nodes, Models models,
      DecisionSettings settings, Outbox outbox, MeterRegistry metrics, Clock clock) {
    this.pulls = pulls;
    this.images = images;
    this.encodings = encodings;
    this.decider = decider;
    this.nodes = nodes;
    this.models = models;
    this.settings = settings;
    this.outbox = outbox;
    this.metrics = metrics;
    this.clock = clock;
  }

  void requested(PullRequested requested) {
    var row = pulls.lock(requested.pull(), clock.instant());
    if (row.state() != Pulls.State.WAITING) {
      return; // planned without it, or failed
    }
    pulls.requested(requested);
    if (row.manifest() != null) {
      decide(requested, images.of(row.manifest()).orElseThrow());
    }
  }

  void profiled(ImageProfiled profiled) {
    images.put(profiled);
    var row = pulls.lock(profiled.pull(), clock.instant());
    if (row.state() != Pulls.State.WAITING) {
      return;
    }
    pulls.profiled(profiled.pull(), profiled.manifest());
    if (row.requested() != null) {
      decide(row.requested(), profiled);
    }
  }

  void failed(PullFailed failed) {
    if (pulls.lock(failed.pull(), clock.instant()).state() == Pulls.State.WAITING) {
      pulls.failed(failed.pull(), failed.message(), failed.at());
    }
  }

  void encoded(LayerEncoded encoded) {
    encodings.there(encoded.diffId(), encoded.encoding(), encoded.variantSizeBytes(), encoded.at());
  }

  void encodingFailed(EncodingFailed failed) {
    encodings.failed(failed.diffId(), failed.encoding(), failed.at());
  }

  /** Plans for whoever comes what has an image and waited too long for its request. */
  void planWithoutRequest() {
    for (var row : pulls.withoutRequest(clock.instant().minus(settings.patience()))) {
      LOG.warn("pull {} has an image but no request came within {}: planned for whoever comes", row.pull(),
          settings.patience());
      var profiled = images.of(Objects.requireNonNull(row.manifest())).orElseThrow();
      publish(null, new ImageProfiled(profiled.id(), profiled.at(), row.pull(), profiled.image(), profiled.manifest(),
          profiled.config(), profiled.platform(), profiled.layers(), profiled.leftAsIs()));
    }
  }

  /** Ends what was requested and whose image never came. */
  void giveUp() {
    for (var row : pulls.withoutImage(clock.instant().minus(settings.giveUpAfter()))) {
      var requested = row.requested();
      var message = "tried to plan the pull" + (requested == null ? "" : " of " + requested.image())
          + " but its image was not profiled within " + settings.giveUpAfter()
          + "; see whether cache and image-probe run, then ask again";
      pulls.failed(row.pull(), message, clock.instant());
      outbox.publish(new PullFailed(EventId.derived(row.pull() + "/not-profiled"), clock.instant(), row.pull(),
          "decision", "IMAGE_NOT_PROFILED", message));
    }
  }

  private void decide(PullRequested requested, ImageProfiled profiled) {
    publish(requested, profiled);
  }

  private void publish(@Nullable PullRequested requested, ImageProfiled profiled) {
    var pull = profiled.pull();
    var decision = decider.decide(request(requested, profiled),
        new Decider.Image(profiled.image(), profiled.manifest(), profiled.layers(), profiled.leftAsIs()),
        encodings.of(profiled.layers()));
    pulls.planned(pull, decision);
    var layers = new HashMap<Digest, LayerFeatures>();
    profiled.layers().forEach(layer -> layers.put(layer.diffId(), layer));
    for (var wanted : decision.wanted()) {
      var layer = LayerState.asStored(Objects.requireNonNull(layers.get(wanted.diffId())));
      encodings.asked(wanted, WorthMaking.encodeSeconds(layer, wanted.encoding()), clock.instant());
    }
    outbox.publish(new PullPlanned(EventId.derived(pull + "/planned"), clock.instant(), pull, profiled.manifest(),
        decision.node(), decision.engineClass(), decision.plan(), decision.wanted()));
    metrics.counter("cts.decision.plans", "form", decision.plan().form().toString(), "engine",
        decision.engineClass().toString()).increment();
  }

  private Decider.Request request(@Nullable PullRequested requested, ImageProfiled profiled) {
    var seen = pulls.ofImageSince(profiled.manifest(), clock.instant().minus(DEMAND_WINDOW));
    if (requested == null) {
      return new Decider.Request(profiled.pull(), null, null, null, Objective.LATENCY, true,
          Math.max(settings.announcedPulls(), seen));
    }
    var announced = requested.origin() != PullRequested.Origin.ENGINE;
    return new Decider.Request(requested.pull(), requested.node(), subject(requested), null, requested.objective(),
        announced, Math.max(announced ? settings.announcedPulls() : 1, seen));
  }

  /** A profile stated with the request wins for this pull. */
  private Nodes.@Nullable Known subject(PullRequested requested) {
    var stated = requested.profile();
    if (stated != null) {
      return new Nodes.Known(stated.engine(), stated, "the profile that came with the request");
    }
    var node = requested.node();
    return node == null ? null : nodes.known(node, models.planner().constants());
  }
}
