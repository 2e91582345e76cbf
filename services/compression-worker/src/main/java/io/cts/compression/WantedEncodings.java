package io.cts.compression;

import io.cts.blobs.BlobReader;
import io.cts.codec.Codecs;
import io.cts.contract.Digest;
import io.cts.contract.EventId;
import io.cts.contract.PullPlanned;
import io.cts.contract.PullPlanned.WantedEncoding;
import io.cts.messaging.Outbox;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeMap;

/** Turns plans into jobs: one for each variant that nobody has wanted before, or that is no longer there. */
final class WantedEncodings {
  private final EncodingTable table;
  private final BlobReader blobs;
  private final Outbox outbox;
  private final CompressionSettings settings;
  private final Clock clock;

  WantedEncodings(EncodingTable table, BlobReader blobs, Outbox outbox, CompressionSettings settings, Clock clock) {
    this.table = table;
    this.blobs = blobs;
    this.outbox = outbox;
    this.settings = settings;
    this.clock = clock;
  }

  /** Within the transaction that takes {@code plan}. */
  void handle(PullPlanned plan) {
    var wanted = new TreeMap<VariantKey, WantedEncoding>(); // in one order for all, so that plans never lock crosswise
    for (var each : plan.wanted()) {
      wanted.put(new VariantKey(each.diffId(), each.encoding(), Codecs.version(each.encoding())), each);
    }
    var gone = gone(wanted.keySet()); // before rows are locked: a store in S3 takes its time
    wanted.forEach((key, each) -> want(key, each, plan, gone));
  }

  /** Variants that were made, and that the store does not have any more. */
  private Set<Digest> gone(Set<VariantKey> wanted) {
    var gone = new HashSet<Digest>();
    for (var key : wanted) {
      table.made(key).filter(variant -> isGone(variant, key)).ifPresent(gone::add);
    }
    return gone;
  }

  private boolean isGone(Digest variant, VariantKey key) {
    try {
      return blobs.size(variant).isEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException("could not see whether " + key + " is still stored", e);
    }
  }

  private void want(VariantKey key, WantedEncoding wanted, PullPlanned plan, Set<Digest> gone) {
    var now = clock.instant();
    var deadline = now.plus(settings.queueDeadline());
    var inserted = table.insert(key, wanted, plan.pull(), now, deadline);
    if (inserted.isPresent()) {
      outbox.publish(inserted.get().request(now));
      return;
    }
    var known = table.lock(key);
    switch (known.state()) {
      case REQUESTED, WORKING -> {
        // its result will be told to everybody
      }
      case DONE -> {
        if (known.variant() == null || gone.contains(known.variant())) {
          outbox.publish(table.renew(key, wanted, now, deadline).request(now));
        }
      }
      case FAILED -> {
        if (known.hopeless() && known.layer().equals(wanted.layer())) {
          outbox.publish(known.failure(EventId.after(plan.id(), "encoding-failed/" + key), now,
              String.valueOf(known.cause())));
        } else {
          outbox.publish(table.renew(key, wanted, now, deadline).request(now));
        }
      }
    }
  }
}
