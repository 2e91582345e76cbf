package io.cts.feedback.outcomes;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.ToDoubleFunction;
import org.springframework.scheduling.annotation.Scheduled;

/**
 * What pulls of the last 24 hours saved, as gauges that are counted now and then: who scrapes asks nothing of the
 * database. The basis is {@code predicted}: what the original would have taken is known from the model alone.
 */
class SavingsMeters {
  private static final Duration DAY = Duration.ofHours(24);

  private final Transfers transfers;
  private final InstantSource now;
  private volatile double bytes;
  private volatile double seconds;

  SavingsMeters(Transfers transfers, InstantSource now, MeterRegistry meters) {
    this.transfers = transfers;
    this.now = now;
    gauge("cts.saved.bytes", "Bytes that did not travel within 24 hours", it -> it.bytes, meters);
    gauge("cts.saved.seconds", "Seconds that pulls took less within 24 hours", it -> it.seconds, meters);
  }

  private void gauge(String name, String description, ToDoubleFunction<SavingsMeters> value, MeterRegistry meters) {
    Gauge.builder(name, this, value).description(description).tag("basis", "predicted").register(meters);
  }

  @Scheduled(fixedDelayString = "${cts.feedback.count-savings-every}", initialDelayString = "${cts.feedback.count-savings-every}")
  void count() {
    var until = now.instant();
    var saved = transfers.saved(until.minus(DAY), until);
    bytes = saved.bytes() == null ? 0 : saved.bytes();
    seconds = saved.seconds() == null ? 0 : saved.seconds();
  }
}
