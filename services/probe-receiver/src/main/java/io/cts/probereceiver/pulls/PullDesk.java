package io.cts.probereceiver.pulls;

import io.cts.contract.EventId;
import io.cts.contract.ImageRef;
import io.cts.contract.NodeId;
import io.cts.contract.Objective;
import io.cts.contract.Platform;
import io.cts.contract.PullId;
import io.cts.contract.PullRequested;
import io.cts.contract.PullRequested.Origin;
import io.cts.messaging.Outbox;
import io.cts.messaging.PullTraces;
import io.cts.probereceiver.door.Problem;
import io.cts.probereceiver.nodes.NodeRegistry;
import io.cts.probereceiver.pulls.Admission.Admitted;
import io.cts.probereceiver.pulls.Admission.Refusal;
import java.time.Clock;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Takes pulls on: the pull's row and its event are one transaction. */
@Service
public class PullDesk {
  private final PullStore pulls;
  private final NodeRegistry nodes;
  private final Outbox outbox;
  private final PullTraces traces;
  private final Clock clock;

  PullDesk(PullStore pulls, NodeRegistry nodes, Outbox outbox, PullTraces traces, Clock clock) {
    this.pulls = pulls;
    this.nodes = nodes;
    this.outbox = outbox;
    this.traces = traces;
    this.clock = clock;
  }

  @Transactional
  Admission submit(PullOrder order) {
    if (order.image() == null) {
      return new Refusal(Problem.MALFORMED_BODY, "tried to submit a pull, but \"image\" is missing; send for example"
          + " {\"image\": \"docker.io/library/nginx:1.27\"}");
    }
    if (order.node() != null && order.profile() != null) {
      return new Refusal(Problem.CONTRADICTION, "tried to submit a pull of " + order.image() + ", but it has both node "
          + order.node() + ", which is a machine that will pull, and profile, which is one imagined for a preview;"
          + " send one of the two, and PUT /v1/nodes/" + order.node() + " to change what is known of the node");
    }
    if (order.node() != null && !nodes.knows(order.node())) {
      return new Refusal(Problem.NODE_NOT_REGISTERED, "tried to submit a pull of " + order.image() + " for node "
          + order.node() + ", but no node of that name ever pulled, probed or was registered; PUT /v1/nodes/"
          + order.node() + " first, or leave \"node\" out to prepare the image for whoever comes");
    }
    var id = PullId.random();
    var now = clock.instant();
    var profile = order.profile() == null ? null : order.profile().imagined(NodeId.of("preview-" + id), now);
    var objective = order.objective() == null ? Objective.LATENCY : order.objective();
    return new Admitted(begin(new PullRequested(EventId.derived("pull-requested/" + id), now, id, order.image(),
        order.platform(), order.node(), profile, objective, profile == null ? Origin.API : Origin.PREVIEW)));
  }

  /** Announces an image for whoever comes. */
  @Transactional
  public PullId announce(ImageRef image, @Nullable Platform platform) {
    var id = PullId.random();
    begin(new PullRequested(EventId.derived("pull-requested/" + id), clock.instant(), id, image, platform, null, null,
        Objective.LATENCY, Origin.WATCH));
    return id;
  }

  private PullStory begin(PullRequested requested) {
    var before = pulls.locked(requested.pull(), requested.at());
    var after = before.told(requested);
    pulls.save(before, after, requested.at());
    outbox.publish(requested);
    traces.first(requested.pull(), "request a pull", requested.at(), Map.of("cts.image", requested.image().toString(),
        "cts.origin", requested.origin().toString()));
    return after;
  }
}
