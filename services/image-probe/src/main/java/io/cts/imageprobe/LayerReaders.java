package io.cts.imageprobe;

import io.cts.codec.Background;
import io.cts.codec.MalformedLayer;
import io.cts.contract.Digest;
import io.cts.contract.LayerFeatures;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Reads layers that wait, a few at a time, whichever process took the image in. A layer is held for a short time that is
 * made longer while it is read, so that it is not left long by a process that died.
 */
class LayerReaders implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(LayerReaders.class);

  /** Tells this process's layers from others'. */
  private final UUID process = UUID.randomUUID();
  private final Layers layers;
  private final StoredImages images;
  private final LayerProfiler profiler;
  private final TransactionTemplate transactions;
  private final ImageProbeSettings settings;
  private final MeterRegistry metrics;
  private final Clock clock;
  private final Background background = new Background();
  private final Semaphore work;
  private final Set<Digest> inHand = ConcurrentHashMap.newKeySet();
  private volatile boolean running;
  private @Nullable ExecutorService threads;

  /** @param work has a permit for whoever may find a layer waiting */
  LayerReaders(Layers layers, StoredImages images, LayerProfiler profiler, TransactionTemplate transactions,
      ImageProbeSettings settings, MeterRegistry metrics, Clock clock, Semaphore work) {
    this.layers = layers;
    this.images = images;
    this.profiler = profiler;
    this.transactions = transactions;
    this.settings = settings;
    this.metrics = metrics;
    this.clock = clock;
    this.work = work;
  }

  @Override
  public void start() {
    running = true;
    threads = Executors.newFixedThreadPool(settings.parallel(), Thread.ofPlatform().name("layer-reader-", 0).factory());
    for (var i = 0; i < settings.parallel(); i++) {
      threads.execute(() -> {
        background.giveWay();
        readWhatWaits();
      });
    }
  }

  @Override
  public void stop() {
    running = false;
    if (threads != null) {
      threads.shutdownNow();
      threads.close();
    }
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Scheduled(fixedDelayString = "${cts.image-probe.poll}")
  void hold() {
    var held = inHand.stream().map(Digest::toString).toList();
    if (!held.isEmpty()) {
      layers.hold(held, process, clock.instant().plus(settings.hold()));
    }
  }

  private void readWhatWaits() {
    while (running) {
      try {
        if (!readNext()) {
          var _ = work.tryAcquire(settings.poll().toMillis(), TimeUnit.MILLISECONDS);
          work.drainPermits();
        }
      } catch (InterruptedException e) {
        return;
      } catch (DataAccessException | TransactionException e) {
        log.warn("the database does not answer, trying again: {}", e.getMessage());
        pause();
      } catch (RuntimeException e) { // whoever reads layers is not started again
        log.error("this should not have happened, trying again", e);
        pause();
      }
    }
  }

  private void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(settings.poll().toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** False if no layer waits. */
  private boolean readNext() throws InterruptedException {
    var now = clock.instant();
    var taken = transactions.execute(_ -> layers.unattended(now)
        .map(layer -> layer.taken(process, now, now.plus(settings.hold()))));
    if (taken == null || taken.isEmpty()) {
      return false;
    }
    var layer = taken.get();
    if (layer.attempts() > settings.attempts()) {
      unreadable(layer.digest(), "reading it was begun " + settings.attempts() + " times and never finished", false);
    } else {
      inHand.add(layer.digest());
      try {
        read(layer.digest(), layer.attempts());
      } finally {
        inHand.remove(layer.digest());
      }
    }
    return true;
  }

  private void read(Digest layer, int attempt) throws InterruptedException {
    var start = System.nanoTime();
    LayerFeatures features;
    try {
      features = profiler.profile(layer);
    } catch (MalformedLayer e) {
      unreadable(layer, String.valueOf(e.getMessage()), true);
      return;
    } catch (IOException | RuntimeException e) {
      if (Thread.interrupted()) {
        giveBack(layer);
        throw (InterruptedException) new InterruptedException("this process is stopping").initCause(e);
      }
      tryLater(layer, attempt, e);
      return;
    }
    try {
      tell(layer, features);
    } catch (UncheckedIOException e) { // a configuration cannot be read just now
      tryLater(layer, attempt, e);
      return;
    }
    metrics.timer("cts.layers.read").record(Duration.ofNanos(System.nanoTime() - start));
  }

  private void tell(Digest layer, LayerFeatures features) {
    transactions.executeWithoutResult(_ -> {
      if (layers.read(layer.toString(), features, clock.instant()) == 1) {
        images.settled(layer);
      }
    });
  }

  private void tryLater(Digest layer, int attempt, Exception failure) {
    var cause = failure instanceof IOException ? String.valueOf(failure.getMessage()) : failure.toString();
    if (attempt >= settings.attempts()) {
      unreadable(layer, cause, false);
      return;
    }
    log.warn("could not read layer {}, trying again in {} s", layer, settings.retryPause().toSeconds(), failure);
    var now = clock.instant();
    transactions.executeWithoutResult(
        _ -> layers.pause(layer.toString(), process, cause, now, now.plus(settings.retryPause())));
  }

  private void unreadable(Digest layer, String cause, boolean lasting) {
    transactions.executeWithoutResult(_ -> {
      if (layers.unreadable(layer.toString(), cause, lasting, clock.instant()) == 1) {
        images.settled(layer);
      }
    });
    metrics.counter("cts.layers.unreadable").increment();
  }

  private void giveBack(Digest layer) {
    transactions.executeWithoutResult(_ -> layers.giveBack(layer.toString(), process, clock.instant()));
  }
}
