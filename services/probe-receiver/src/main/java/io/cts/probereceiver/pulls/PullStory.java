package io.cts.probereceiver.pulls;

import io.cts.contract.Digest;
import io.cts.contract.Event;
import io.cts.contract.Form;
import io.cts.contract.ImageProfiled;
import io.cts.contract.ImageRef;
import io.cts.contract.ImageStored;
import io.cts.contract.NodeId;
import io.cts.contract.PullFailed;
import io.cts.contract.PullId;
import io.cts.contract.PullPlanned;
import io.cts.contract.PullReady;
import io.cts.contract.PullReported;
import io.cts.contract.PullRequested;
import io.cts.probereceiver.pulls.PullState.Cause;
import io.cts.probereceiver.pulls.PullState.Failed;
import io.cts.probereceiver.pulls.PullState.Planned;
import io.cts.probereceiver.pulls.PullState.Profiled;
import io.cts.probereceiver.pulls.PullState.Ready;
import io.cts.probereceiver.pulls.PullState.Reported;
import io.cts.probereceiver.pulls.PullState.Requested;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the topics told of one pull. Events may come twice and in any order: of each kind the newest is kept, and the
 * state only moves on.
 *
 * @param since when the pull was first heard of; never changes
 */
record PullStory(
    PullId id,
    Instant since,
    PullState state,
    @Nullable PullRequested requested,
    @Nullable ImageStored stored,
    @Nullable ImageProfiled profiled,
    @Nullable PullPlanned planned,
    @Nullable PullReady ready,
    @Nullable PullReported reported) {

  /** A pull of which nothing but its id is known yet. */
  static PullStory begun(PullId id, Instant since) {
    return new PullStory(id, since, new Requested(), null, null, null, null, null, null);
  }

  /** @throws IllegalArgumentException for an event that tells nothing of a pull */
  PullStory told(Event event) {
    return switch (event) {
      case PullRequested told -> asked(told);
      case ImageStored told -> new PullStory(id, since, state, requested, newer(stored, told), profiled, planned, ready,
          reported);
      case ImageProfiled told -> new PullStory(id, since, state.moved(new Profiled()), requested, stored,
          newer(profiled, told), planned, ready, reported);
      case PullPlanned told -> new PullStory(id, since, state.moved(new Planned()), requested, stored, profiled,
          newer(planned, told), ready, reported);
      case PullReady told -> new PullStory(id, since, state.moved(new Ready(isPreview())), requested, stored, profiled,
          planned, newer(ready, told), reported);
      case PullReported told -> new PullStory(id, since, state.moved(new Reported()), requested, stored, profiled,
          planned, ready, newer(reported, told));
      case PullFailed told -> moved(new Failed(new Cause(told.stage(), told.code(), told.message())));
      case Event other -> throw new IllegalArgumentException(
          other.getClass().getSimpleName() + " " + other.id() + " tells nothing of a pull");
    };
  }

  PullStory moved(PullState next) {
    return new PullStory(id, since, state.moved(next), requested, stored, profiled, planned, ready, reported);
  }

  private PullStory asked(PullRequested told) {
    var newest = newer(requested, told);
    var still = state instanceof Ready ? new Ready(newest.origin() == PullRequested.Origin.PREVIEW) : state;
    return new PullStory(id, since, still, newest, stored, profiled, planned, ready, reported);
  }

  private static <E extends Event> E newer(@Nullable E held, E told) {
    return held == null || told.at().isAfter(held.at()) ? told : held;
  }

  boolean isPreview() {
    return requested != null && requested.origin() == PullRequested.Origin.PREVIEW;
  }

  /** Absent as long as only events came that do not name it. */
  @Nullable
  ImageRef image() {
    if (requested != null) {
      return requested.image();
    }
    return profiled != null ? profiled.image() : stored != null ? stored.image() : null;
  }

  @Nullable
  NodeId node() {
    return requested != null ? requested.node() : planned != null ? planned.node() : null;
  }

  /** The upstream's manifest. */
  @Nullable
  Digest manifest() {
    if (planned != null) {
      return planned.manifest();
    }
    return profiled != null ? profiled.manifest() : stored != null ? stored.manifest() : null;
  }

  /** What will be served, or as long as that is open what is planned. */
  @Nullable
  Form form() {
    return ready != null ? ready.form() : planned != null ? planned.plan().form() : null;
  }

  /** What the newest state means here, in one sentence for people; absent where the state says it all. */
  @Nullable
  String detail() {
    return switch (state) {
      case Requested _,Profiled _,PullState.Served _,Reported _,PullState.Expired _ -> null;
      case Planned _ -> planned == null ? null : planned.plan().reason();
      case Ready _ -> ready == null
          ? null
          : "served as " + ready.form() + (ready.shortfall() == null ? "" : ", short of: " + ready.shortfall());
      case Failed(var cause) -> cause.stage() + ": " + cause.code() + ": " + cause.message();
    };
  }
}
