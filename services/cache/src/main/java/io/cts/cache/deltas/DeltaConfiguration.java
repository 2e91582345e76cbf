package io.cts.cache.deltas;

import io.cts.blobs.BlobReader;
import io.cts.cache.CacheSettings;
import io.cts.cache.agents.Inventories;
import io.cts.cache.agents.ServedLayers;
import io.cts.cache.catalog.Catalog;
import io.cts.cache.catalog.WriteBehind;
import io.cts.cache.residence.Residents;
import io.cts.cache.upstream.Sightings;
import io.cts.contract.Topics;
import io.cts.messaging.Outbox;
import io.cts.messaging.Subscriptions;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Builds what knows of deltas. */
@Configuration(proxyBeanMethods = false)
class DeltaConfiguration {

  @Bean
  DeltaStore deltaStore(JdbcClient database) {
    return new DeltaStore(database);
  }

  @Bean
  BaseChooser baseChooser(Catalog catalog, Sightings sightings, Inventories inventories, ServedLayers served,
      Contents contents) {
    return new BaseChooser(catalog, sightings, inventories, served, contents);
  }

  @Bean
  Contents contents(BlobReader blobs) {
    return new Contents(blobs);
  }

  @Bean
  DeltaRequests deltaRequests(DeltaStore store, BaseChooser bases, Catalog catalog, Inventories inventories,
      BlobReader blobs, Residents residents, WriteBehind writes, Outbox outbox,
      PlatformTransactionManager transactions, Clock clock, Subscriptions subscriptions) {
    var requests = new DeltaRequests(store, bases, catalog, inventories, blobs, residents, writes, outbox,
        new TransactionTemplate(transactions), clock);
    subscriptions.facts(Topics.DELTA_MADE, requests::on);
    subscriptions.facts(Topics.DELTA_FAILED, requests::on);
    return requests;
  }

  @Bean
  DeltaOffers deltaOffers(DeltaStore store, DeltaRequests requests, BaseChooser bases, Catalog catalog,
      BlobReader blobs, CacheSettings settings, MeterRegistry meters, Clock clock) {
    return new DeltaOffers(store, requests, bases, catalog, blobs, meters, clock, settings.deltaHold());
  }
}
