package io.cts.cache.choice;

import io.cts.cache.catalog.Catalog;
import io.cts.cache.catalog.MadeManifest;
import io.cts.cache.catalog.StoredImage;
import io.cts.cache.catalog.WriteBehind;
import io.cts.cache.learning.Learned;
import io.cts.cache.learning.Since;
import io.cts.cache.residence.Leases;
import io.cts.cache.residence.Leases.Leased;
import io.cts.contract.Digest;
import io.cts.contract.Form;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Keeps the layers of made manifests that were served lately, by whichever process, from eviction. */
public final class PinnedForms implements Learned {
  private final Catalog catalog;
  private final Leases leases;
  private final JdbcClient database;
  private final WriteBehind writes;

  public PinnedForms(Catalog catalog, Leases leases, JdbcClient database, WriteBehind writes) {
    this.catalog = catalog;
    this.leases = leases;
    this.database = database;
    this.writes = writes;
  }

  /** Keeps the layers of a made manifest while its client comes for them; false where there is no room for them. */
  public boolean keep(MadeManifest made) {
    if (made.engineClass() != null) {
      return true; // an index: its child's layers are kept when it is asked for
    }
    if (leases.isFresh(made.digest())) {
      return true;
    }
    var image = catalog.image(made.original());
    if (image.isEmpty()) {
      return false;
    }
    var until = leases.renew(made.digest(), layers(made, image.get()));
    until.ifPresent(it -> writes.later(() -> save(made.digest(), it)));
    return until.isPresent();
  }

  private List<Leased> layers(MadeManifest made, StoredImage image) {
    var blobs = new ArrayList<Leased>();
    for (var layer : image.layers()) {
      var diffId = catalog.feature(layer.digest()).map(it -> it.diffId()).orElse(layer.digest());
      var named = catalog.variants(diffId)
          .values()
          .stream()
          .filter(it -> it.variant() != null && catalog.isNamed(it.variant()))
          .findFirst();
      if (made.form() == Form.ZSTD && named.isPresent() && named.get().variant() != null) {
        blobs.add(new Leased(named.get().variant(), named.get().sizeBytes()));
      } else {
        blobs.add(new Leased(layer.digest(), layer.sizeBytes()));
      }
    }
    return blobs;
  }

  private void save(Digest manifest, Instant until) {
    database.sql("""
        insert into leases (manifest, until) values (?, ?)
        on conflict (manifest) do update
        set until = greatest(leases.until, excluded.until), changed = excluded.changed""")
        .params(manifest.toString(), Timestamp.from(until))
        .update();
  }

  @Override
  public void learn(Since since) {
    if (since.isBeginning()) {
      database.sql("delete from leases where until < now()").update();
    }
    database.sql("select manifest, until from leases where changed >= cast(? as xid8)")
        .param(since.transaction())
        .query((RowCallbackHandler) row -> learned(Digest.parse(row.getString(1)), row.getTimestamp(2).toInstant()));
  }

  private void learned(Digest manifest, Instant until) {
    catalog.made(manifest)
        .ifPresent(made -> catalog.image(made.original())
            .ifPresent(image -> leases.restore(manifest, layers(made, image), until)));
  }
}
