package io.cts.probereceiver.watch;

import io.cts.probereceiver.ProbeReceiverSettings;
import io.cts.probereceiver.ProbeReceiverSettings.Watch;
import io.cts.probereceiver.pulls.PullDesk;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Looks at tags on a schedule, and announces an image when its tag has another digest than before. */
@RestController
@Tag(name = "watches", description = "Tags that are looked at, so that a new image is ready before anybody pulls it")
class TagWatch {
  private final List<Watch> watches;
  private final TagDigest tags;
  private final WatchStore store;
  private final PullDesk desk;
  private final TransactionTemplate transaction;
  private final Clock clock;

  TagWatch(ProbeReceiverSettings settings, TagDigest tags, WatchStore store, PullDesk desk,
      TransactionTemplate transaction, Clock clock) {
    this.watches = settings.watches();
    this.tags = tags;
    this.store = store;
    this.desk = desk;
    this.transaction = transaction;
    this.clock = clock;
  }

  @GetMapping("/v1/watches")
  @Operation(summary = "The watched tags, as set in cts.probe-receiver.watches")
  List<WatchView> all() {
    return store.all();
  }

  @Scheduled(fixedDelayString = "${cts.probe-receiver.watch-every}")
  void lookAtAll() throws InterruptedException {
    for (var watch : watches) {
      try {
        var digest = tags.of(watch.ref()).toString();
        transaction.executeWithoutResult(nothing -> seen(watch, digest));
      } catch (IOException e) {
        store.looked(watch, String.valueOf(e.getMessage()), clock.instant());
      }
    }
  }

  private void seen(Watch watch, String digest) {
    if (digest.equals(store.locked(watch))) {
      store.looked(watch, null, clock.instant());
      return;
    }
    store.changed(watch, digest, desk.announce(watch.ref(), watch.wanted()), clock.instant());
  }
}
