package io.cts.cache.packing;

import io.cts.blobs.packed.PackedBlobs;
import io.cts.cache.CacheSettings;
import io.cts.cache.catalog.Catalog;
import io.cts.cache.deltas.Contents;
import io.cts.cache.learning.Learner;
import io.cts.cache.residence.Leases;
import io.cts.cache.residence.Residents;
import io.cts.cache.upstream.Sightings;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Has layers packed, and packs collected, by one process at a time. */
@Configuration(proxyBeanMethods = false)
class PackingConfiguration {
  private static final Logger LOG = LoggerFactory.getLogger(PackingConfiguration.class);

  @Bean
  PackingTurns packingTurns(PackedBlobs blobs, Catalog catalog, Sightings sightings, Residents residents, Leases leases,
      Contents contents, MeterRegistry meters, Clock clock, CacheSettings settings, Learner learner,
      JdbcClient database,
      PlatformTransactionManager transactions) {
    var packer = new Packer(blobs, catalog, sightings, residents, leases, contents, meters, clock,
        settings.packAbove(), settings.packAfter());
    return new PackingTurns(packer, blobs, !settings.packAfter().isZero(), learner, database,
        new TransactionTemplate(transactions));
  }

  /** Whoever holds a lock of the database packs and collects; the others come again later. */
  static final class PackingTurns implements AutoCloseable {
    /** Any number that nothing else in this database locks. */
    private static final long LOCK = 0x6374732d7061636bL;
    private static final Duration ENDS_WITHIN = Duration.ofSeconds(5);

    private final Packer packer;
    private final PackedBlobs blobs;
    private final boolean packs;
    private final Learner learner;
    private final JdbcClient database;
    private final TransactionTemplate transaction;
    private @Nullable Thread turn;
    private boolean closed;

    PackingTurns(Packer packer, PackedBlobs blobs, boolean packs, Learner learner, JdbcClient database,
        TransactionTemplate transaction) {
      this.packer = packer;
      this.blobs = blobs;
      this.packs = packs;
      this.learner = learner;
      this.database = database;
      this.transaction = transaction;
    }

    /** In a thread of its own: it takes its time, and what else is scheduled does not wait for it. */
    @Scheduled(initialDelayString = "${cts.cache.pack-every}", fixedDelayString = "${cts.cache.pack-every}")
    synchronized void begin() {
      if (!closed && learner.isInStep() && (turn == null || !turn.isAlive())) {
        turn = Thread.ofPlatform().daemon().priority(Thread.MIN_PRIORITY).name("packing").start(this::take);
      }
    }

    private void take() {
      try {
        transaction.executeWithoutResult(_ -> {
          if (database.sql("select pg_try_advisory_xact_lock(?)").param(LOCK).query(Boolean.class).single()) {
            packAndCollect();
          }
        });
      } catch (RuntimeException e) {
        LOG.warn("could not pack layers, or remove chunks that none has any more; will try again: {}", e.getMessage());
      }
    }

    private void packAndCollect() {
      try {
        if (packs) {
          packer.run();
        }
        if (blobs.isCollectable()) {
          LOG.debug("{} bytes of chunks that no layer has any more are free", blobs.collect());
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() throws InterruptedException {
      Thread last;
      synchronized (this) {
        closed = true;
        last = turn;
      }
      if (last != null) {
        last.interrupt();
        last.join(ENDS_WITHIN);
      }
    }
  }
}
