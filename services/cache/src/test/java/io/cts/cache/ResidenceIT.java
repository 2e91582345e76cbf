package io.cts.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cts.blobs.BlobPruner;
import io.cts.cache.catalog.Catalog;
import io.cts.cache.catalog.CatalogStore;
import io.cts.cache.catalog.WriteBehind;
import io.cts.cache.learning.Since;
import io.cts.cache.residence.Leases;
import io.cts.cache.residence.Residents;
import io.cts.cache.residence.WorthStore;
import io.cts.contract.Digest;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What stays in the store and what leaves it. */
class ResidenceIT extends CacheWithUpstream {
  private static final int BYTES = 100_000;

  @Autowired
  private BlobPruner blobs;
  @Autowired
  private Catalog catalog;
  @Autowired
  private CatalogStore store;
  @Autowired
  private WorthStore worths;
  @Autowired
  private WriteBehind writes;
  @Autowired
  private Leases leases;
  @Autowired
  private Clock clock;
  @Autowired
  private Residents residents;
  @Autowired
  private JdbcClient database;

  @BeforeEach
  void empty() throws IOException {
    try (var all = blobs.list()) {
      for (var blob : all.toList()) {
        blobs.delete(blob.digest());
      }
    }
  }

  @Test
  void what_blobs_have_saved_counts_after_a_restart() throws Exception {
    var stored = store(3); // of blobs that are worth the same, those with the lower digests leave first
    for (var blob : stored) {
      residents.stored(blob, BYTES, 5);
    }
    var wanted = stored.getFirst();
    residents.used(wanted);
    residents.used(wanted);
    residents.note();
    residents.used(wanted);
    residents.note();
    await().until(() -> noted(wanted) > 15);
    assertThat(noted(stored.getLast())).isBetween(4.9, 5.0);

    var restarted = restarted(BYTES);

    assertThat(restarted.bytes()).isEqualTo(3 * BYTES);
    restarted.shrink();
    assertThat(blobs.size(wanted)).isPresent();
    assertThat(blobs.size(stored.getLast())).isEmpty();
  }

  @Test
  void what_another_process_stored_and_removed_is_found() throws Exception {
    var other = restarted(Long.MAX_VALUE);
    var stored = store(2);

    other.takeStock();
    assertThat(other.bytes()).isZero(); // whoever stores it may be about to note what it is worth
    other.takeStock();
    assertThat(other.bytes()).isEqualTo(2 * BYTES);
    blobs.delete(stored.getFirst());
    other.takeStock();
    assertThat(other.bytes()).isEqualTo(BYTES);
  }

  private Residents restarted(long capacityBytes) throws IOException {
    var again = new Residents(blobs, leases, catalog, store, worths, writes, clock, capacityBytes,
        new SimpleMeterRegistry());
    again.load();
    again.learn(Since.BEGINNING);
    return again;
  }

  private double noted(Digest blob) {
    return database.sql("select coalesce(worth, 0) from blob_costs where digest = ?")
        .param(blob.toString())
        .query(Double.class)
        .optional()
        .orElse(0.0);
  }

  /** So many blobs, in the order of their digests. */
  private List<Digest> store(int count) throws IOException {
    var bytes = IntStream.range(0, count).mapToObj(ResidenceIT::bytes).toList();
    for (var content : bytes) {
      try (var upload = blobs.begin()) {
        upload.write(content, 0, content.length);
        upload.commit(Digest.sha256(content));
      }
    }
    return bytes.stream().map(Digest::sha256).sorted(Comparator.naturalOrder()).toList();
  }

  private static byte[] bytes(int number) {
    var bytes = new byte[BYTES];
    bytes[0] = (byte) number;
    return bytes;
  }
}
