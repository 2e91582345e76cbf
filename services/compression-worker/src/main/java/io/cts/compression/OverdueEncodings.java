package io.cts.compression;

import io.cts.messaging.Outbox;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.transaction.support.TransactionTemplate;

/** Looks after jobs without a result by their deadline: requests them again, or gives them up. */
class OverdueEncodings {
  private static final int AT_ONCE = 100;

  private final EncodingTable table;
  private final Outbox outbox;
  private final TransactionTemplate transactions;
  private final CompressionSettings settings;
  private final Clock clock;
  private final AtomicLong waiting;
  private final AtomicReference<Double> oldestSeconds = new AtomicReference<>(0.0);

  OverdueEncodings(EncodingTable table, Outbox outbox, TransactionTemplate transactions, CompressionSettings settings,
      MeterRegistry metrics, Clock clock) {
    this.table = table;
    this.outbox = outbox;
    this.transactions = transactions;
    this.settings = settings;
    this.clock = clock;
    this.waiting = Objects.requireNonNull(metrics.gauge("cts.encodings.waiting", new AtomicLong()));
    metrics.gauge("cts.encodings.oldest.seconds", oldestSeconds, AtomicReference::get);
  }

  @Scheduled(fixedDelayString = "${cts.compression.sweep}")
  void sweep() {
    Integer found;
    do {
      found = transactions.execute(_ -> {
        var now = clock.instant();
        var overdue = table.overdue(now, AT_ONCE);
        overdue.forEach(row -> lookAfter(row, now));
        return overdue.size();
      });
    } while (found != null && found == AT_ONCE);
    waiting.set(table.waiting());
    oldestSeconds.set(table.oldestWaitingSeconds(clock.instant()));
  }

  private void lookAfter(EncodingRow row, Instant now) {
    if (row.attempts() < settings.attempts()) {
      outbox.publish(table.requestAgain(row.key(), now, now.plus(settings.queueDeadline())).request(now));
      return;
    }
    var cause = row.cause() != null
        ? row.cause()
        : "was begun " + row.attempts() + " times and had no result by its deadline";
    table.failed(row.key(), cause, false, now).ifPresent(failed -> outbox.publish(failed.failure(now, cause)));
  }
}
