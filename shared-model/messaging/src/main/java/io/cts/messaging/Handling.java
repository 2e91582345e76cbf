package io.cts.messaging;

import io.cts.contract.DeltaFailed;
import io.cts.contract.DeltaMade;
import io.cts.contract.DeltaRequested;
import io.cts.contract.EncodingFailed;
import io.cts.contract.EncodingRequested;
import io.cts.contract.Event;
import io.cts.contract.ImageProfiled;
import io.cts.contract.ImageStored;
import io.cts.contract.LayerEncoded;
import io.cts.contract.NodeProfiled;
import io.cts.contract.PullFailed;
import io.cts.contract.PullId;
import io.cts.contract.PullPlanned;
import io.cts.contract.PullReady;
import io.cts.contract.PullReported;
import io.cts.contract.PullRequested;
import io.cts.contract.Topics;
import io.cts.contract.TransferObserved;
import io.cts.contract.WeightsPublished;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What surrounds the handling of an event: its pull's id in every line that is logged, and a span in its pull's trace. */
final class Handling {
  private final PullTraces traces;

  Handling(PullTraces traces) {
    this.traces = traces;
  }

  void of(Event event, Runnable handler) {
    var pull = pull(event);
    if (pull == null) {
      handler.run();
    } else {
      traces.handling(pull, Topics.of(event).name(), handler);
    }
  }

  /** Of events of one topic that are handled together: a step of their pull where it is the same. */
  void of(List<? extends Event> events, Runnable handler) {
    if (events.stream().map(event -> Optional.ofNullable(pull(event))).distinct().count() == 1) {
      of(events.getFirst(), handler);
    } else {
      handler.run();
    }
  }

  private static @Nullable PullId pull(Event event) {
    return switch (event) {
      case PullRequested it -> it.pull();
      case ImageStored it -> it.pull();
      case ImageProfiled it -> it.pull();
      case PullPlanned it -> it.pull();
      case EncodingRequested it -> it.pull();
      case PullReady it -> it.pull();
      case PullFailed it -> it.pull();
      case TransferObserved it -> it.pull();
      case PullReported it -> it.pull();
      case LayerEncoded _,EncodingFailed _,DeltaRequested _,DeltaMade _,DeltaFailed _,NodeProfiled _,WeightsPublished _ ->
        null;
    };
  }
}
