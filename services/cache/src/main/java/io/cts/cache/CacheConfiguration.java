package io.cts.cache;

import com.github.benmanes.caffeine.cache.Ticker;
import io.cts.blobs.BlobPruner;
import io.cts.blobs.BlobReader;
import io.cts.blobs.BlobStore;
import io.cts.blobs.BlobWriter;
import io.cts.blobs.packed.PackedBlobs;
import io.cts.cache.agents.Agents;
import io.cts.cache.agents.Inventories;
import io.cts.cache.agents.ServedLayers;
import io.cts.cache.catalog.Catalog;
import io.cts.cache.catalog.CatalogStore;
import io.cts.cache.catalog.WriteBehind;
import io.cts.cache.choice.ClaimedForms;
import io.cts.cache.choice.ClaimedLayers;
import io.cts.cache.choice.ClassForms;
import io.cts.cache.choice.EncodingChooser;
import io.cts.cache.choice.FirstPullLevels;
import io.cts.cache.choice.FormChooser;
import io.cts.cache.choice.Knowledge;
import io.cts.cache.choice.OriginalHolders;
import io.cts.cache.choice.PinnedForms;
import io.cts.cache.choice.UntouchedImages;
import io.cts.cache.learning.DatabaseGate;
import io.cts.cache.learning.Learned;
import io.cts.cache.learning.Learner;
import io.cts.cache.observe.LinkSpeeds;
import io.cts.cache.observe.PullTracker;
import io.cts.cache.observe.Transfers;
import io.cts.cache.residence.Leases;
import io.cts.cache.residence.Residents;
import io.cts.cache.residence.WorthStore;
import io.cts.cache.snapshot.LocalSnapshot;
import io.cts.cache.upstream.BlobFetches;
import io.cts.cache.upstream.Repositories;
import io.cts.cache.upstream.Sightings;
import io.cts.contract.NodeId;
import io.cts.messaging.Observations;
import io.cts.messaging.PullTraces;
import io.cts.oci.RetryPolicy;
import io.cts.oci.Upstream;
import io.cts.oci.Upstreams;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.OptionalDouble;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import tools.jackson.databind.json.JsonMapper;

/** Builds what serving and the pipeline share. */
@Configuration(proxyBeanMethods = false)
class CacheConfiguration {
  /** Of a client that misses what another process may have made. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  @Bean
  Clock clock() {
    return Clock.systemUTC();
  }

  @Bean
  PackedBlobs blobs(CacheSettings settings) throws IOException {
    return BlobStore.open(settings.blobs(), settings.scratch());
  }

  @Bean
  Upstreams upstreams(CacheSettings settings) {
    var urls = new LinkedHashMap<String, String>();
    if (settings.publicUpstreams()) {
      urls.putAll(Upstreams.wellKnown());
    }
    settings.upstreams().forEach(upstream -> urls.put(upstream.name(), upstream.url()));
    var policy = RetryPolicy.STANDARD.dialling(settings.dialTimeout());
    return Upstreams.of(urls.entrySet()
        .stream()
        .<Upstream>map(it -> Upstreams.parse(it.getKey(), it.getValue(), policy))
        .toList());
  }

  @Bean
  DatabaseGate databaseGate(Clock clock) {
    return new DatabaseGate(clock);
  }

  @Bean
  WriteBehind writeBehind(DatabaseGate gate, MeterRegistry meters) {
    return new WriteBehind(gate, meters);
  }

  @Bean
  Catalog catalog() {
    return new Catalog();
  }

  @Bean
  @Order(Ordered.HIGHEST_PRECEDENCE) // what others learn speaks of what is in the catalog
  CatalogStore catalogStore(Catalog catalog, JdbcClient database, JsonMapper json) {
    return new CatalogStore(catalog, database, json);
  }

  @Bean
  Sightings sightings(JdbcClient database, WriteBehind writes, Clock clock, CacheSettings settings) {
    return new Sightings(database, writes, clock, settings.publicFor());
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
  WorthStore worthStore(JdbcClient database) {
    return new WorthStore(database, Residents.HALF_LIFE);
  }

  @Bean
  Residents residents(BlobPruner blobs, Leases leases, Catalog catalog, CatalogStore store, WorthStore worths,
      WriteBehind writes, Clock clock, CacheSettings settings, MeterRegistry meters) throws IOException {
    var residents = new Residents(blobs, leases, catalog, store, worths, writes, clock,
        settings.capacity().toBytes(), meters);
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
  ClassForms classForms(Catalog catalog, CatalogStore store, WriteBehind writes, Knowledge knowledge,
      Sightings sightings) {
    return new ClassForms(catalog, store, writes, knowledge, sightings);
  }

  @Bean
  OriginalHolders originalHolders(JdbcClient database, WriteBehind writes) {
    return new OriginalHolders(database, writes);
  }

  @Bean
  PinnedForms pinnedForms(Catalog catalog, Leases leases, JdbcClient database, WriteBehind writes) {
    return new PinnedForms(catalog, leases, database, writes);
  }

  @Bean
  FormChooser formChooser(Catalog catalog, CatalogStore store, WriteBehind writes, ClassForms forms,
      Repositories repositories, OriginalHolders holders, PinnedForms pinned, ClaimedForms claimed,
      CacheSettings settings) {
    return new FormChooser(catalog, store, writes, forms, repositories, holders, pinned, claimed, settings.forms(),
        settings.platforms());
  }

  @Bean
  UntouchedImages untouchedImages(Repositories repositories, CacheSettings settings) {
    return new UntouchedImages(repositories, settings.touchSigned());
  }

  @Bean
  ClaimedLayers claimedLayers(BlobWriter blobs, BlobFetches fetches) {
    return new ClaimedLayers(blobs, fetches);
  }

  @Bean
  FirstPullLevels firstPullLevels(Knowledge knowledge) {
    return new FirstPullLevels(node -> bandwidthMbps(knowledge, node), Ticker.systemTicker());
  }

  private static OptionalDouble bandwidthMbps(Knowledge knowledge, NodeId node) {
    var profile = knowledge.profile(node);
    return profile == null || profile.bandwidthMbps() == null
        ? OptionalDouble.empty()
        : OptionalDouble.of(profile.bandwidthMbps());
  }

  @Bean
  ClaimedForms claimedForms(Catalog catalog, Repositories repositories, BlobReader blobs, BlobFetches fetches,
      ClaimedLayers claims, FirstPullLevels levels, UntouchedImages untouched) {
    return new ClaimedForms(catalog, repositories, blobs, fetches, claims, levels, untouched);
  }

  @Bean
  EncodingChooser encodingChooser(Catalog catalog, Knowledge knowledge) {
    return new EncodingChooser(catalog, knowledge);
  }

  @Bean
  @Order(Ordered.HIGHEST_PRECEDENCE) // what they hold and were served speaks of them
  Agents agents(JdbcClient database) {
    return new Agents(database);
  }

  @Bean
  Inventories inventories(JdbcClient database, WriteBehind writes, JsonMapper json) {
    return new Inventories(database, writes, json);
  }

  @Bean
  ServedLayers servedLayers(JdbcClient database, WriteBehind writes) {
    return new ServedLayers(database, writes);
  }

  @Bean
  LinkSpeeds linkSpeeds(CacheSettings settings) {
    return new LinkSpeeds(settings.fastLinkMBps(), System::nanoTime);
  }

  @Bean
  PullTracker pullTracker(Observations observations, PullTraces traces, Clock clock) {
    return new PullTracker(observations, traces, clock);
  }

  @Bean
  Transfers transfers(Observations observations, PullTraces traces, MeterRegistry meters, Clock clock) {
    return new Transfers(observations, traces, meters, clock);
  }

  @Bean
  LocalSnapshot localSnapshot(CacheSettings settings, Catalog catalog, Sightings sightings, OriginalHolders holders,
      Residents residents, JsonMapper json, Clock clock) {
    return new LocalSnapshot(settings.snapshotFile(), settings.snapshotCapacity().toBytes(), catalog, sightings,
        holders,
        residents, json, clock);
  }

  /** Before anything is served, memory is filled: from the database, or where that is away from the local snapshot. */
  @Bean
  Learner learner(JdbcClient database, DatabaseGate gate, List<Learned> parts, LocalSnapshot snapshot,
      CacheSettings settings) {
    var learner = new Learner(database, gate, parts, settings.learnEvery(), PATIENCE);
    if (!learner.begin()) {
      snapshot.read();
    }
    return learner;
  }

  @Bean
  SnapshotWriting snapshotWriting(LocalSnapshot snapshot) {
    return new SnapshotWriting(snapshot);
  }

  /** Keeps the snapshot young. */
  static final class SnapshotWriting {
    private final LocalSnapshot snapshot;

    SnapshotWriting(LocalSnapshot snapshot) {
      this.snapshot = snapshot;
    }

    @Scheduled(initialDelayString = "1s", fixedDelayString = "1s")
    void write() {
      snapshot.writeIfDue();
    }
  }
}
