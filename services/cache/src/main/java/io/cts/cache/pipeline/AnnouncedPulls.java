package io.cts.cache.pipeline;

import io.cts.cache.catalog.WriteBehind;
import io.cts.cache.learning.Learned;
import io.cts.cache.learning.Since;
import io.cts.cache.observe.PullTracker;

/** Announced pulls that are ready and that no node came for yet, in whichever process they became so. */
final class AnnouncedPulls implements Learned {
  private final PullStore pulls;
  private final PullTracker tracker;

  AnnouncedPulls(PullStore pulls, PullTracker tracker, WriteBehind writes) {
    this.pulls = pulls;
    this.tracker = tracker;
    tracker.whenTaken(pull -> writes.later(() -> pulls.taken(pull)));
  }

  @Override
  public void learn(Since since) {
    for (var ready : pulls.announced(since)) {
      if (ready.taken()) {
        tracker.taken(ready.pull(), ready.manifest());
      } else {
        tracker.announce(ready.pull(), ready.manifest(), ready.node(), ready.at());
      }
    }
  }
}
