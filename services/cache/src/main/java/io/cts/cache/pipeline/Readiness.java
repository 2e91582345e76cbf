package io.cts.cache.pipeline;

import io.cts.cache.catalog.Catalog;
import io.cts.cache.catalog.CatalogStore;
import io.cts.cache.catalog.MadeManifest;
import io.cts.cache.catalog.Repository;
import io.cts.cache.catalog.StoredImage;
import io.cts.cache.catalog.Variant;
import io.cts.cache.choice.ClassForms;
import io.cts.cache.choice.Knowledge;
import io.cts.cache.choice.ManifestMaker;
import io.cts.cache.deltas.DeltaRequests;
import io.cts.cache.observe.PullTracker;
import io.cts.cache.residence.Residents;
import io.cts.contract.Digest;
import io.cts.contract.EncodingFailed;
import io.cts.contract.EventId;
import io.cts.contract.Form;
import io.cts.contract.ImageProfiled;
import io.cts.contract.LayerEncoded;
import io.cts.contract.PullId;
import io.cts.contract.PullPlanned;
import io.cts.contract.PullReady;
import io.cts.contract.PullReady.MadeForm;
import io.cts.contract.PullRequested.Origin;
import io.cts.messaging.Outbox;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Joins what is planned with what is made, and says when a pull is ready. Its handlers run in the transaction of their
 * event. The catalog in memory learns at once: what it learns is true whether or not the transaction commits.
 */
final class Readiness {
  /** After so long a pull is ready with what is there. */
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(30);
  /** How long ended pulls are remembered: longer than their events are delivered again. */
  private static final Duration KEPT = Duration.ofDays(30);

  private final PullStore pulls;
  private final Catalog catalog;
  private final CatalogStore store;
  private final ManifestMaker maker;
  private final ClassForms forms;
  private final Knowledge knowledge;
  private final PullTracker tracker;
  private final Residents residents;
  private final DeltaRequests deltas;
  private final Outbox outbox;
  private final TransactionOperations transaction;
  private final Clock clock;

  Readiness(PullStore pulls, Catalog catalog, CatalogStore store, ClassForms forms, Knowledge knowledge,
      PullTracker tracker, Residents residents, DeltaRequests deltas, Outbox outbox, TransactionOperations transaction,
      Clock clock) {
    this.pulls = pulls;
    this.catalog = catalog;
    this.store = store;
    this.maker = new ManifestMaker(catalog);
    this.forms = forms;
    this.knowledge = knowledge;
    this.tracker = tracker;
    this.residents = residents;
    this.deltas = deltas;
    this.outbox = outbox;
    this.transaction = transaction;
    this.clock = clock;
  }

  void on(ImageProfiled event) {
    for (var features : event.layers()) {
      store.save(features);
      catalog.add(features);
    }
    catalog.image(event.manifest()).or(() -> store.image(event.manifest())).ifPresent(image -> {
      var known = event.leftAsIs() != null && image.leftAsIs() == null ? image.leaving(event.leftAsIs()) : image;
      if (known != image) {
        store.replace(known);
      }
      catalog.add(known);
      if (known.leftAsIs() == null) {
        maker.plain(known).ifPresent(this::keep);
      }
    });
    pulls.plannedOf(event.manifest()).forEach(this::check);
  }

  void on(PullPlanned event) {
    pulls.planned(event);
    check(event.pull());
  }

  void on(LayerEncoded event) {
    var variant = new Variant(event.diffId(), event.encoding(), event.layer(), event.codecVersion(), event.variant(),
        event.variantSizeBytes());
    store.save(variant, null);
    catalog.add(variant);
    residents.stored(event.variant(), event.variantSizeBytes(), event.encodeSeconds());
    pulls.plannedThatWant(event.diffId()).forEach(this::check);
  }

  void on(EncodingFailed event) {
    var known = catalog.variants(event.diffId()).get(event.encoding());
    if (known == null || known.failed()) {
      var failed = new Variant(event.diffId(), event.encoding(), event.layer(), event.codecVersion(), null, 0);
      store.save(failed, event.cause());
      catalog.add(failed);
    }
    pulls.plannedThatWant(event.diffId()).forEach(this::check);
  }

  /**
   * Looks at what waits again: two handlers that each wait for what the other has not committed yet see nothing of it, be
   * it in one process or in two.
   */
  void lookAgain() {
    for (var row : pulls.planned()) {
      if (isComplete(row)) {
        transaction.executeWithoutResult(_ -> check(row.pull()));
      }
    }
  }

  /** Stops waiting for variants that do not come. */
  void sweep() {
    pulls.forget(KEPT);
    for (var pull : pulls.plannedBefore(LONGEST_WAIT)) {
      transaction.executeWithoutResult(_ -> pulls.lock(pull).ifPresent(row -> {
        if (row.state().equals("planned")) {
          ready(row, missing(row));
        }
      }));
    }
  }

  private void check(PullId pull) {
    pulls.lock(pull).ifPresent(row -> {
      if (row.state().equals("planned") && isComplete(row)) {
        ready(row, List.of());
      }
    });
  }

  private boolean isComplete(PullStore.Row row) {
    return isProfiled(row.manifest()) && missing(row).isEmpty();
  }

  private boolean isProfiled(@Nullable Digest manifest) {
    var image = manifest == null ? null : catalog.image(manifest).orElse(null);
    return image != null && (image.leftAsIs() != null
        || image.layers().stream().allMatch(layer -> catalog.feature(layer.digest()).isPresent()));
  }

  /** What the plan wanted and nobody has made, or said to be impossible. */
  private List<PullStore.Wanted> missing(PullStore.Row row) {
    return row.wanted().stream().filter(it -> !catalog.variants(it.diffId()).containsKey(it.encoding())).toList();
  }

  private void ready(PullStore.Row row, List<PullStore.Wanted> late) {
    var manifest = row.manifest();
    var image = manifest == null ? null : catalog.image(manifest).orElse(null);
    if (manifest == null || image == null) {
      return; // the image was never stored here; its pull has failed or will
    }
    if (image.leftAsIs() == null && catalog.made(manifest, Form.ZSTD).isEmpty()) {
      maker.zstd(image).ifPresent(this::keep);
    }
    pulls.moved(row.pull(), "ready");
    store.saveReady(manifest);
    catalog.markReady(manifest);
    var made = made(image);
    outbox.publish(new PullReady(EventId.derived(row.pull() + "/ready"), clock.instant(), row.pull(), manifest, made,
        fixed(row, image, made), shortfall(row, late)));
    var request = row.request();
    if (request != null && (request.origin() == Origin.API || request.origin() == Origin.WATCH)) {
      tracker.announce(row.pull(), manifest, request.node(), clock.instant());
    }
    if (request != null) {
      deltas.ready(Repository.of(request.image()), image);
    }
  }

  private List<MadeForm> made(StoredImage image) {
    var made = new ArrayList<MadeForm>();
    made.add(new MadeForm(Form.ORIGINAL, image.manifest()));
    for (var form : List.of(Form.PLAIN, Form.ZSTD)) {
      catalog.made(image.manifest(), form).ifPresent(it -> made.add(new MadeForm(form, it.digest())));
    }
    return made;
  }

  /** What this pull will be answered: what its class of engines gets, where it is for a node that was seen. */
  private Form fixed(PullStore.Row row, StoredImage image, List<MadeForm> made) {
    var planned = row.form() != null && made.stream().anyMatch(it -> it.form() == row.form())
        ? row.form()
        : Form.ORIGINAL;
    var request = row.request();
    if (request == null || request.node() == null || request.origin() == Origin.PREVIEW) {
      return planned;
    }
    var profile = knowledge.profile(request.node());
    return profile == null
        ? planned
        : forms.of(profile.engine(), request.node(), Repository.of(request.image()), image).orElse(planned);
  }

  private @Nullable String shortfall(PullStore.Row row, List<PullStore.Wanted> late) {
    var failed = row.wanted().stream().filter(it -> {
      var variant = catalog.variants(it.diffId()).get(it.encoding());
      return variant != null && variant.failed();
    }).toList();
    if (failed.isEmpty() && late.isEmpty()) {
      return null;
    }
    return "could not be made: " + named(failed) + "; did not come in time: " + named(late);
  }

  private static String named(List<PullStore.Wanted> wanted) {
    return wanted.isEmpty()
        ? "nothing"
        : wanted.stream()
            .map(it -> it.encoding() + " of " + it.diffId().abbreviated())
            .collect(Collectors.joining(", "));
  }

  /** Another process may have made one of that form already: by tag everybody is answered the first. */
  private void keep(MadeManifest made) {
    var first = store.made(made.original(), made.form());
    if (first.isEmpty()) {
      store.save(made);
    }
    catalog.add(first.orElse(made));
  }
}
