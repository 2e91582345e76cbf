package io.cts.cache;

import io.cts.blobs.BlobPruner;
import io.cts.blobs.BlobWriter;
import io.cts.blobs.FilesystemBlobs;
import io.cts.cache.catalog.Catalog;
import io.cts.cache.catalog.CatalogStore;
import io.cts.cache.catalog.WriteBehind;
import io.cts.cache.choice.EncodingChooser;
import io.cts.cache.choice.FormChooser;
import io.cts.cache.choice.Knowledge;
import io.cts.cache.observe.LinkSpeeds;
import io.cts.cache.observe.PullTracker;
import io.cts.cache.observe.Transfers;
import io.cts.cache.residence.Leases;
import io.cts.cache.residence.Residents;
import io.cts.cache.upstream.BlobFetches;
import io.cts.cache.upstream.Repositories;
import io.cts.cache.upstream.Sightings;
import io.cts.messaging.Observations;
import io.cts.oci.Upstream;
import io.cts.oci.Upstreams;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.util.LinkedHashMap;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** Builds what serving and the pipeline share. */
@Configuration(proxyBeanMethods = false)
class CacheConfiguration {

  @Bean
  Clock clock() {
    return Clock.systemUTC();
  }

  @Bean
  FilesystemBlobs blobs(CacheSettings settings) throws IOException {
    return new FilesystemBlobs(settings.blobs());
  }

  @Bean
  Upstreams upstreams(CacheSettings settings) {
    var urls = new LinkedHashMap<String, String>();
    if (settings.publicUpstreams()) {
      urls.putAll(Upstreams.wellKnown());
    }
    settings.upstreams().forEach(upstream -> urls.put(upstream.name(), upstream.url()));
    return Upstreams.of(urls.entrySet()
        .stream()
        .<Upstream>map(it -> Upstreams.parse(it.getKey(), it.getValue()))
        .toList());
  }

  @Bean
  WriteBehind writeBehind(MeterRegistry meters) {
    return new WriteBehind(meters);
  }

  @Bean
  CatalogStore catalogStore(JdbcClient database, JsonMapper json) {
    return new CatalogStore(database, json);
  }

  @Bean
  Catalog catalog(CatalogStore store) {
    var catalog = new Catalog();
    store.load(catalog);
    return catalog;
  }

  @Bean
  Sightings sightings(JdbcClient database, WriteBehind writes, Clock clock,
      CacheSettings settings) {
    var sightings = new Sightings(database, writes, clock, settings.publicFor());
    sightings.load();
    return sightings;
  }

  @Bean
  Repositories repositories(Upstreams upstreams, BlobWriter blobs, Sightings sightings, Clock clock,
      CacheSettings settings) {
    return new Repositories(upstreams, blobs, sightings, clock, settings.tagFreshness(), settings.manifestMemory());
  }

  @Bean
  Leases leases(Clock clock, CacheSettings settings) {
    return new Leases(clock, settings.pinnedFor(), settings.capacity().toBytes() / 2);
  }

  @Bean
  Residents residents(BlobPruner blobs, Leases leases, Catalog catalog, CatalogStore store, WriteBehind writes,
      Clock clock, CacheSettings settings, MeterRegistry meters) throws IOException {
    var residents = new Residents(blobs, leases, catalog, store, writes, clock, settings.capacity().toBytes(), meters);
    residents.load();
    return residents;
  }

  @Bean
  BlobFetches blobFetches(BlobWriter blobs, Upstreams upstreams, Residents residents) {
    return new BlobFetches(blobs, upstreams, residents);
  }

  @Bean
  Knowledge knowledge(Clock clock) {
    return new Knowledge(clock);
  }

  @Bean
  FormChooser formChooser(Catalog catalog, CatalogStore store, WriteBehind writes, Knowledge knowledge,
      Repositories repositories, Sightings sightings, Leases leases) {
    var chooser = new FormChooser(catalog, store, writes, knowledge, repositories, sightings, leases);
    chooser.load();
    return chooser;
  }

  @Bean
  EncodingChooser encodingChooser(Catalog catalog, Knowledge knowledge) {
    return new EncodingChooser(catalog, knowledge);
  }

  @Bean
  LinkSpeeds linkSpeeds(CacheSettings settings) {
    return new LinkSpeeds(settings.fastLinkMBps());
  }

  @Bean
  PullTracker pullTracker(Observations observations, Clock clock) {
    return new PullTracker(observations, clock);
  }

  @Bean
  Transfers transfers(Observations observations, LinkSpeeds speeds, Clock clock) {
    return new Transfers(observations, speeds, clock);
  }
}
