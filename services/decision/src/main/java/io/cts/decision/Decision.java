package io.cts.decision;

import io.cts.contract.Digest;
import io.cts.contract.EngineClass;
import io.cts.contract.ImageRef;
import io.cts.contract.NodeId;
import io.cts.contract.Objective;
import io.cts.contract.Plan;
import io.cts.contract.PullId;
import io.cts.contract.PullPlanned.WantedEncoding;
import io.cts.cost.Planned;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was decided for a pull, and from what.
 *
 * @param pull absent in a simulation
 * @param basis what was known of the node, for people
 * @param expectedPulls that share the work of encoding
 * @param bandwidthMeasured see {@link Planned#bandwidthMeasured()}
 * @param wanted variants worth making, those that are there included
 * @param audience for an image announced for whoever comes: the engines that it is prepared for
 * @param forms every form, with the best that it could do
 * @param layers every alternative of every layer
 */
record Decision(
    @Nullable PullId pull,
    Instant decidedAt,
    @Nullable ImageRef image,
    @Nullable Digest manifest,
    @Nullable NodeId node,
    EngineClass engineClass,
    Objective objective,
    String basis,
    double expectedPulls,
    Plan plan,
    boolean bandwidthMeasured,
    List<WantedEncoding> wanted,
    List<Prepared> audience,
    List<Planned.FormOption> forms,
    List<Planned.LayerTable> layers) {

  /**
   * Engines that an announced image is prepared for, and what they will get.
   *
   * @param share of the pulls expected, 0 to 1
   */
  record Prepared(EngineClass engineClass, double share, Plan plan) {}

  Decision {
    wanted = List.copyOf(wanted);
    audience = List.copyOf(audience);
    forms = List.copyOf(forms);
    layers = List.copyOf(layers);
  }
}
