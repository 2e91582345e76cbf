package io.cts.decision;

import io.cts.contract.CodecFamily;
import io.cts.contract.Digest;
import io.cts.contract.Encoding;
import io.cts.contract.Form;
import io.cts.contract.ImageRef;
import io.cts.contract.LayerFeatures;
import io.cts.contract.NodeId;
import io.cts.contract.Objective;
import io.cts.contract.Plan;
import io.cts.contract.PullId;
import io.cts.contract.PullPlanned.WantedEncoding;
import io.cts.cost.LayerState;
import io.cts.cost.Planned;
import io.cts.cost.Planner;
import io.cts.cost.PullContext;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Decides: for a node that is known or not, or for whoever comes. Reads no clock but for the age of profiles. */
final class Decider {
  private static final double MEGA = 1e6;

  private final DecisionSettings settings;
  private final List<Encoding> ladder;
  private final Models models;
  private final Nodes nodes;
  private final Clock clock;

  Decider(DecisionSettings settings, Models models, Nodes nodes, Clock clock) {
    this.settings = settings;
    this.ladder = settings.encodings();
    this.models = models;
    this.nodes = nodes;
    this.clock = clock;
  }

  /**
   * What is wanted.
   *
   * @param subject who it is for; absent: for whoever comes
   * @param announced whether nobody waits for it
   */
  record Request(
      @Nullable PullId pull,
      @Nullable NodeId node,
      Nodes.@Nullable Known subject,
      @Nullable Set<CodecFamily> accepts,
      Objective objective,
      boolean announced,
      double expectedPulls) {}

  /**
   * The image.
   *
   * @param leftAsIs why no other form may be made of it
   */
  record Image(
      @Nullable ImageRef image,
      @Nullable Digest manifest,
      List<LayerFeatures> layers,
      @Nullable String leftAsIs) {}

  Decision decide(Request request, Image image, Encodings.Known encodings) {
    var planner = models.planner();
    var layers = states(image.layers(), encodings);
    var subject = request.subject();
    if (subject == null) {
      return forWhoeverComes(planner, request, image, layers, encodings);
    }
    var context = context(request, subject, encodings);
    var planned = image.leftAsIs() == null
        ? planner.plan(layers, context, ladder)
        : planner.leaveAsIs(layers, context, image.leftAsIs());
    return decision(request, image, context, subject.basis(), planned, wanted(layers, planned.plan()), List.of());
  }

  private static PullContext context(Request request, Nodes.Known subject, Encodings.Known encodings) {
    var usual = PullContext.of(subject.engine(), subject.profile(), request.objective());
    var asked = request.accepts() == null ? usual : usual.accepting(request.accepts());
    return request.announced()
        ? asked.announcedFor(request.expectedPulls())
        : asked.expecting(request.expectedPulls(), encodings.backlogSeconds());
  }

  private Decision forWhoeverComes(Planner planner, Request request, Image image, List<LayerState> layers,
      Encodings.Known encodings) {
    var audience = Audience.of(nodes.all(), settings.engines(), request.objective(), request.expectedPulls(),
        planner.constants(), clock.instant());
    var first = audience.getFirst().context();
    var basis = "announced for whoever comes";
    if (image.leftAsIs() != null) {
      return decision(request, image, first, basis, planner.leaveAsIs(layers, first, image.leftAsIs()), List.of(),
          List.of());
    }
    var chosen = new WorthMaking(planner, ladder, settings.variantsPerLayer()).forAudience(layers, audience);
    var made = new ArrayList<LayerState>();
    var wanted = new LinkedHashMap<String, WantedEncoding>();
    for (var i = 0; i < layers.size(); i++) {
      var layer = layers.get(i);
      made.add(asIfThere(layer, chosen.get(i)));
      chosen.get(i).forEach(encoding -> want(wanted, layer, encoding));
    }
    var prepared = new ArrayList<Decision.Prepared>();
    Planned best = null;
    for (var group : audience) {
      var planned = planner.chooseForm(made, group.context());
      best = best == null ? planned : best;
      prepared.add(new Decision.Prepared(group.context().engineClass(), group.share(), planned.plan()));
      // what is there already and this group will get stays wanted
      wanted(made, planned.plan()).forEach(each -> wanted.putIfAbsent(each.diffId() + "/" + each.encoding(), each));
    }
    if (best == null) {
      throw new IllegalStateException("an audience is never empty: cts.decision.audience names an engine");
    }
    return decision(request, image, first, basis, best, List.copyOf(wanted.values()), prepared);
  }

  private static LayerState asIfThere(LayerState layer, Set<Encoding> chosen) {
    var there = new HashMap<>(layer.variantBytes());
    for (var encoding : chosen) {
      layer.features()
          .sample(encoding)
          .ifPresent(sample -> there.put(encoding, (long) Math.ceil(sample.ratio() * layer.features().sizeBytes())));
    }
    return new LayerState(layer.features(), there, Map.of());
  }

  private static List<WantedEncoding> wanted(List<LayerState> layers, Plan plan) {
    if (plan.form() == Form.ORIGINAL) {
      return List.of();
    }
    var wanted = new LinkedHashMap<String, WantedEncoding>();
    for (var i = 0; i < layers.size(); i++) {
      want(wanted, layers.get(i), plan.layers().get(i).encoding());
    }
    return List.copyOf(wanted.values());
  }

  private static void want(Map<String, WantedEncoding> wanted, LayerState layer, Encoding encoding) {
    var features = layer.features();
    if (encoding.family() != CodecFamily.IDENTITY && !encoding.equals(layer.ownEncoding())) {
      wanted.putIfAbsent(features.diffId() + "/" + encoding, new WantedEncoding(features.layer(), features.storedAs(),
          features.diffId(), features.sizeBytes(), encoding));
    }
  }

  private List<LayerState> states(List<LayerFeatures> layers, Encodings.Known encodings) {
    return layers.stream().map(layer -> {
      var state = encodings.state(layer);
      var samples = layer.samples()
          .stream()
          .filter(sample -> !encodings.failed(layer.diffId(), sample.encoding()))
          .filter(sample -> layer.sizeBytes() / MEGA / sample.encodeMBps() <= settings.longestEncoding().toSeconds())
          .toList();
      return new LayerState(
          new LayerFeatures(layer.layer(), layer.storedAs(), layer.storedSizeBytes(), layer.diffId(),
              layer.sizeBytes(), layer.fileCount(), layer.bytesByClass(), layer.entropyBitsPerByte(), samples),
          state.variantBytes(), state.secondsUntilReady());
    }).toList();
  }

  private Decision decision(Request request, Image image, PullContext context, String basis, Planned planned,
      List<WantedEncoding> wanted, List<Decision.Prepared> audience) {
    return new Decision(request.pull(), clock.instant(), image.image(), image.manifest(), request.node(),
        context.engineClass(), request.objective(), basis, request.expectedPulls(), planned.plan(),
        planned.bandwidthMeasured(), wanted, audience, planned.forms(), planned.layers());
  }
}
