package io.cts.cache.snapshot;

import io.cts.cache.catalog.Catalog;
import io.cts.cache.catalog.MadeManifest;
import io.cts.cache.catalog.StoredImage;
import io.cts.cache.choice.OriginalHolders;
import io.cts.cache.residence.Residents;
import io.cts.cache.snapshot.LocalSnapshot.Lines;
import io.cts.cache.snapshot.SnapshotLine.Encoded;
import io.cts.cache.snapshot.SnapshotLine.Fixed;
import io.cts.cache.snapshot.SnapshotLine.Holds;
import io.cts.cache.snapshot.SnapshotLine.Image;
import io.cts.cache.snapshot.SnapshotLine.Layer;
import io.cts.cache.snapshot.SnapshotLine.Made;
import io.cts.cache.snapshot.SnapshotLine.Ready;
import io.cts.cache.snapshot.SnapshotLine.Saved;
import io.cts.cache.snapshot.SnapshotLine.Seen;
import io.cts.cache.upstream.Sightings;
import io.cts.contract.Digest;
import io.cts.contract.EngineClass;
import io.cts.contract.Form;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What goes into a snapshot: repository by repository, the latest confirmed first, each with all that serving it needs. */
final class SnapshotContent {
  private final Catalog catalog;
  private final Sightings sightings;
  private final OriginalHolders holders;
  private final Residents residents;
  private final Set<Digest> written = new HashSet<>();

  SnapshotContent(Catalog catalog, Sightings sightings, OriginalHolders holders, Residents residents) {
    this.catalog = catalog;
    this.sightings = sightings;
    this.holders = holders;
    this.residents = residents;
  }

  void writeTo(Lines lines) throws IOException {
    for (var repository : sightings.latestFirst()) {
      if (!add(lines, List.of(new Seen(repository)))) {
        return;
      }
      for (var manifest : repository.manifests()) {
        if (!add(lines, of(manifest))) {
          return;
        }
      }
    }
    for (var holding : holders.all()) {
      if (!lines.add(new Holds(holding))) {
        return;
      }
    }
    for (var worth : residents.worths().entrySet()) {
      if (!lines.add(new Saved(worth.getKey(), worth.getValue()))) {
        return;
      }
    }
  }

  private static boolean add(Lines lines, List<SnapshotLine> more) throws IOException {
    for (var line : more) {
      if (!lines.add(line)) {
        return false;
      }
    }
    return true;
  }

  /** All that is known of an image or of an index. */
  private List<SnapshotLine> of(Digest manifest) {
    var lines = new ArrayList<SnapshotLine>();
    if (!written.add(manifest)) {
      return lines;
    }
    catalog.image(manifest).ifPresent(image -> addImage(image, lines));
    for (var form : List.of(Form.PLAIN, Form.ZSTD)) {
      catalog.made(manifest, form).map(Made::of).ifPresent(lines::add);
    }
    for (var engineClass : EngineClass.values()) {
      catalog.fixed(manifest, engineClass).map(it -> new Fixed(manifest, engineClass, it)).ifPresent(lines::add);
      catalog.madeIndex(manifest, engineClass).map((MadeManifest it) -> Made.of(it)).ifPresent(lines::add);
    }
    if (catalog.isReady(manifest)) {
      lines.add(new Ready(manifest));
    }
    return lines;
  }

  private void addImage(StoredImage image, List<SnapshotLine> lines) {
    for (var layer : image.layers()) {
      var features = catalog.feature(layer.digest());
      if (features.isPresent() && written.add(layer.digest())) {
        lines.add(new Layer(features.get()));
        catalog.variants(features.get().diffId()).values().forEach(variant -> lines.add(new Encoded(variant)));
      }
    }
    lines.add(new Image(image));
  }
}
