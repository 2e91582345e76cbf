package io.cts.decision;

import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import io.cts.contract.Engine;
import io.cts.contract.ImageRef;
import io.cts.contract.LayerFeatures;
import io.cts.contract.NodeId;
import io.cts.contract.NodeProfile;
import io.cts.contract.Objective;
import java.time.Clock;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What would be decided, without anything following from it. */
final class Simulation {
  private final Decider decider;
  private final Images images;
  private final Encodings encodings;
  private final Nodes nodes;
  private final Models models;
  private final Clock clock;

  Simulation(Decider decider, Images images, Encodings encodings, Nodes nodes, Models models, Clock clock) {
    this.decider = decider;
    this.images = images;
    this.encodings = encodings;
    this.nodes = nodes;
    this.models = models;
    this.clock = clock;
  }

  /**
   * A whole example:
   *
   * <pre>
   * {"image": "docker.io/library/nginx:1.27", "profile": {"engine": "containerd-2.1.9", "bandwidthMbps": 20},
   *  "objective": "balanced", "announced": true, "expectedPulls": 50}
   * </pre>
   *
   * @param image a name whose image was profiled here; or {@code manifest}, or {@code layers}
   * @param layers features of layers of which nothing is there but the upstream's blobs
   * @param node whose last profile counts; or {@code profile}; neither: whoever comes
   * @param accepts content codings; absent: what the engine usually asks for
   * @param announced absent: true
   * @param expectedPulls absent: 1
   */
  record Question(
      @Nullable ImageRef image,
      @Nullable Digest manifest,
      @Nullable List<LayerFeatures> layers,
      @Nullable NodeId node,
      @Nullable Stated profile,
      @Nullable Set<CodecFamily> accepts,
      @Nullable Objective objective,
      @Nullable Boolean announced,
      @Nullable Double expectedPulls) {}

  /** A profile as people state it; units as in {@link NodeProfile}. */
  record Stated(
      Engine engine,
      @Nullable Double bandwidthMbps,
      @Nullable Double rttMillis,
      @Nullable List<NodeProfile.DecodeRate> decodeRates,
      @Nullable Double cores,
      @Nullable Double diskWriteMBps) {}

  /** @throws IllegalArgumentException if the question cannot be answered, saying what to change */
  Decision answer(Question question) {
    var image = image(question);
    var announced = question.announced() == null || question.announced();
    var pulls = question.expectedPulls() == null ? 1 : question.expectedPulls();
    var accepts = question.accepts() == null || question.accepts().isEmpty()
        ? null
        : EnumSet.copyOf(question.accepts());
    var objective = question.objective() == null ? Objective.LATENCY : question.objective();
    var request = new Decider.Request(null, question.node(), subject(question), accepts, objective, announced, pulls);
    return decider.decide(request, image, encodings.of(image.layers()));
  }

  private Decider.Image image(Question question) {
    if (question.layers() != null) {
      return new Decider.Image(question.image(), question.manifest(), question.layers(), null);
    }
    var manifest = question.manifest();
    var name = question.image();
    if (manifest == null && name == null) {
      throw new IllegalArgumentException("a simulation needs an image, a manifest or layers");
    }
    var profiled = manifest != null ? images.of(manifest) : images.named(Objects.requireNonNull(name));
    return profiled
        .map(known -> new Decider.Image(known.image(), known.manifest(), known.layers(), known.leftAsIs()))
        .orElseThrow(() -> new IllegalArgumentException("the image " + (manifest != null ? manifest : name)
            + " was not profiled here: announce it with POST /v1/pulls first, or give its layers"));
  }

  private Nodes.@Nullable Known subject(Question question) {
    var stated = question.profile();
    if (stated != null) {
      var profile = new NodeProfile(question.node() == null ? NodeId.of("simulated") : question.node(),
          stated.engine(), NodeProfile.Source.STATED, stated.bandwidthMbps(), false, stated.rttMillis(),
          stated.decodeRates() == null ? List.of() : stated.decodeRates(), stated.cores(), null,
          stated.diskWriteMBps(), 1, clock.instant());
      return new Nodes.Known(stated.engine(), profile, "the profile that came with the question");
    }
    return question.node() == null ? null : nodes.known(question.node(), models.planner().constants());
  }
}
