package io.cts.cache.pipeline;

import io.cts.cache.catalog.Catalog;
import io.cts.cache.catalog.CatalogStore;
import io.cts.cache.learning.DatabaseGate;
import io.cts.cache.pipeline.ImageStorer.PlatformMissing;
import io.cts.contract.EventId;
import io.cts.contract.ImageStored;
import io.cts.contract.PullFailed;
import io.cts.contract.PullId;
import io.cts.contract.PullRequested;
import io.cts.messaging.Outbox;
import io.cts.messaging.PullTraces;
import io.cts.oci.MalformedManifest;
import io.cts.oci.UpstreamFailure;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Stores the images of requested pulls, some at once, off the consumer's thread: a large image must not hold up the
 * topic. The row in {@code pulls} is the work's memory: a process claims it while it stores the image, and when its claim
 * ends by a crash, another process takes the pull up in its {@link #sweep()}.
 */
final class Intake {
  private static final Logger LOG = LoggerFactory.getLogger(Intake.class);
  private static final int IMAGES_AT_ONCE = 4;
  private static final int MOST_ATTEMPTS = 5;
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
  private static final Duration CLAIM = Duration.ofSeconds(30);

  private final ImageStorer storer;
  private final PullStore pulls;
  private final Catalog catalog;
  private final CatalogStore store;
  private final Outbox outbox;
  private final TransactionOperations transaction;
  private final PullTraces traces;
  private final Clock clock;
  private final Semaphore room = new Semaphore(IMAGES_AT_ONCE);
  private final Set<PullId> underWay = ConcurrentHashMap.newKeySet();
  private final Set<PullId> claimed = ConcurrentHashMap.newKeySet();

  Intake(ImageStorer storer, PullStore pulls, Catalog catalog, CatalogStore store, Outbox outbox,
      TransactionOperations transaction, PullTraces traces, Clock clock) {
    this.storer = storer;
    this.pulls = pulls;
    this.catalog = catalog;
    this.store = store;
    this.outbox = outbox;
    this.transaction = transaction;
    this.traces = traces;
    this.clock = clock;
  }

  /**
   * Begins to store the pull's image, unless that is under way in this process. What the database does not answer for is
   * taken up by a later {@link #sweep()}.
   */
  void begin(PullId pull) {
    if (underWay.add(pull)) {
      Thread.ofVirtual().name("intake " + pull).start(() -> {
        try {
          room.acquire();
          try {
            runClaimed(pull);
          } finally {
            room.release();
          }
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
          LOG.warn("pull {} waits, how far it is could not be read or noted: {}", pull, e.getMessage());
        } finally {
          underWay.remove(pull);
        }
      });
    }
  }

  /** Takes up what is due: after a pause, or after a crash. */
  void sweep() {
    if (!claimed.isEmpty()) {
      pulls.renew(claimed, CLAIM);
    }
    pulls.due().forEach(this::begin);
  }

  private void runClaimed(PullId pull) {
    if (pulls.claim(pull, CLAIM)) {
      claimed.add(pull);
      try {
        traces.step(pull, "store the image", Map.of(), () -> run(pull));
      } finally {
        claimed.remove(pull);
      }
    }
  }

  private void run(PullId pull) {
    var row = pulls.find(pull);
    if (row.isEmpty() || !row.get().state().equals("requested") || row.get().request() == null) {
      return;
    }
    PullRequested request = row.get().request();
    try {
      stored(request, storer.store(request.image(), request.platform()));
    } catch (IOException e) {
      failedOnce(request, row.get().attempts(), e, isTransient(e));
    } catch (RuntimeException e) {
      if (DatabaseGate.isAway(e)) {
        throw e;
      }
      failedOnce(request, row.get().attempts(), new IOException("could not keep " + request.image() + ": " + e, e),
          true);
    }
  }

  private void failedOnce(PullRequested request, int attempts, IOException e, boolean mayWorkLater) {
    if (mayWorkLater && attempts + 1 < MOST_ATTEMPTS) {
      LOG.info("pull {} waits: {}", request.pull(), e.getMessage());
      pulls.tryAgain(request.pull(), clock.instant().plus(FIRST_PAUSE.multipliedBy(1L << attempts)));
    } else {
      failed(request, e);
    }
  }

  private void stored(PullRequested request, ImageStorer.Stored stored) {
    var image = stored.image();
    transaction.executeWithoutResult(_ -> {
      store.save(image);
      pulls.stored(request.pull(), image.manifest());
      outbox.publish(new ImageStored(EventId.after(request.id(), "stored"), clock.instant(), request.pull(),
          request.image(), stored.index(), image.manifest(), image.config(), image.platform(), image.layers(),
          image.leftAsIs()));
    });
    catalog.add(image);
  }

  private void failed(PullRequested request, IOException failure) {
    LOG.info("pull {} of {} failed: {}", request.pull(), request.image(), failure.getMessage());
    transaction.executeWithoutResult(_ -> {
      pulls.moved(request.pull(), "failed");
      outbox.publish(new PullFailed(EventId.after(request.id(), "failed"), clock.instant(), request.pull(), "cache",
          code(failure), String.valueOf(failure.getMessage())));
    });
  }

  private static boolean isTransient(IOException failure) {
    return switch (failure) {
      case UpstreamFailure.Unavailable _,UpstreamFailure.RateLimited _ -> true;
      case UpstreamFailure _,MalformedManifest _,PlatformMissing _ -> false;
      default -> true; // a full disk, a cut connection: may be better soon
    };
  }

  private static String code(IOException failure) {
    return switch (failure) {
      case UpstreamFailure.NotFound _ -> "MANIFEST_UNKNOWN";
      case UpstreamFailure.Unauthorized _ -> "UNAUTHORIZED";
      case UpstreamFailure.Forbidden _ -> "DENIED";
      case UpstreamFailure.NotAllowed _ -> "UPSTREAM_NOT_ALLOWED";
      case UpstreamFailure.RateLimited _ -> "TOOMANYREQUESTS";
      case UpstreamFailure.Unavailable _ -> "UPSTREAM_UNAVAILABLE";
      case UpstreamFailure.Malformed _,MalformedManifest _ -> "MANIFEST_INVALID";
      case PlatformMissing _ -> "PLATFORM_UNKNOWN";
      default -> "STORE_UNAVAILABLE";
    };
  }
}
