package io.cts.probereceiver.pulls;

import io.cts.contract.Event;
import io.cts.contract.ImageProfiled;
import io.cts.contract.ImageStored;
import io.cts.contract.PullFailed;
import io.cts.contract.PullId;
import io.cts.contract.PullPlanned;
import io.cts.contract.PullReady;
import io.cts.contract.PullReported;
import io.cts.contract.PullRequested;
import java.util.Comparator;
import java.util.List;
import org.springframework.stereotype.Service;

/** Writes what the topics tell into the story of each pull. Every method is part of the caller's transaction. */
@Service
class Storyteller {
  private final PullStore pulls;

  Storyteller(PullStore pulls) {
    this.pulls = pulls;
  }

  void requested(PullRequested event) {
    tell(event.pull(), event);
  }

  void stored(ImageStored event) {
    tell(event.pull(), event);
  }

  void profiled(ImageProfiled event) {
    tell(event.pull(), event);
  }

  void planned(PullPlanned event) {
    tell(event.pull(), event);
  }

  void ready(PullReady event) {
    tell(event.pull(), event);
  }

  void failed(PullFailed event) {
    tell(event.pull(), event);
  }

  void reported(List<PullReported> events) {
    events.stream()
        .sorted(Comparator.comparing(event -> event.pull().value())) // one order of locks
        .forEach(event -> tell(event.pull(), event));
  }

  private void tell(PullId pull, Event event) {
    var before = pulls.locked(pull, event.at());
    pulls.save(before, before.told(event), event.at());
  }
}
