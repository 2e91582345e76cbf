package io.cts.cache.registry;

import io.cts.blobs.BlobPruner;
import io.cts.cache.CacheSettings;
import io.cts.cache.agents.Agents;
import io.cts.cache.agents.ServedLayers;
import io.cts.cache.catalog.Catalog;
import io.cts.cache.catalog.CatalogStore;
import io.cts.cache.catalog.WriteBehind;
import io.cts.cache.choice.ClaimedForms;
import io.cts.cache.choice.ClaimedLayers;
import io.cts.cache.choice.EncodingChooser;
import io.cts.cache.choice.FirstPullLevels;
import io.cts.cache.choice.FormChooser;
import io.cts.cache.choice.PinnedForms;
import io.cts.cache.deltas.DeltaOffers;
import io.cts.cache.deltas.DeltaRequests;
import io.cts.cache.learning.Learner;
import io.cts.cache.observe.LinkSpeeds;
import io.cts.cache.observe.PullTracker;
import io.cts.cache.observe.Transfers;
import io.cts.cache.residence.Residents;
import io.cts.cache.upstream.BlobFetches;
import io.cts.cache.upstream.Repositories;
import io.cts.cache.upstream.Sightings;
import java.time.Clock;
import org.springframework.boot.tomcat.TomcatConnectorCustomizer;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

/** Puts the registry's endpoints together under {@code /v2/}. */
@Configuration(proxyBeanMethods = false)
class RegistryConfiguration {
  private static final int WRITE_BUFFER_BYTES = 32 << 10;
  private static final int BUFFERS_KEPT = 500;

  /**
   * Tomcat copies what is written into a buffer of the connection, and writes to the socket when that is full: its usual
   * 8 KB make a system call of every 8 KB. Buffers of closed connections are kept for others, not too many of them.
   */
  @Bean
  TomcatConnectorCustomizer largerWrites() {
    return connector -> {
      connector.setProperty("socket.appWriteBufSize", String.valueOf(WRITE_BUFFER_BYTES));
      connector.setProperty("socket.bufferPool", String.valueOf(BUFFERS_KEPT));
    };
  }

  @Bean
  ServletRegistrationBean<RegistryServlet> registry(CacheSettings settings, Catalog catalog, CatalogStore store,
      WriteBehind writes, BlobPruner blobs,
      Repositories repositories, Sightings sightings, Learner learner, BlobFetches fetches, Residents residents,
      FormChooser forms, PinnedForms pinned, EncodingChooser encodings, PullTracker pulls,
      Transfers transfers, LinkSpeeds speeds, Agents agents, ServedLayers served, DeltaOffers deltas,
      DeltaRequests deltaRequests, ClaimedLayers claims, ClaimedForms claimedForms, FirstPullLevels levels,
      JsonMapper json, Clock clock) {
    var answers = new Answers(json);
    var checks = new BlobChecks(blobs);
    var stored = new StoredBlobs(blobs, checks, fetches, residents, speeds, transfers, clock);
    var plain = new PlainLayers(catalog, blobs, fetches, checks);
    var firstPulls = new FirstPulls(catalog, store, blobs, plain, residents, writes, transfers, levels, claimedForms,
        clock);
    var unread = new UnreadLayers(catalog, blobs, sightings, served, pulls, claims, firstPulls, stored);
    var servlet = new RegistryServlet(new Callers(settings.trustedProxies(), agents),
        new ManifestEndpoint(catalog, repositories, forms, pinned, sightings, learner, pulls, deltaRequests,
            claims, claimedForms, answers),
        new BlobEndpoint(catalog, blobs, new ReadableBlobs(catalog, fetches, repositories, sightings, learner, claims),
            new LayerVariants(catalog, blobs, encodings), pulls, served, deltas, plain, unread, stored),
        new ListEndpoints(repositories, answers), answers);
    return new ServletRegistrationBean<>(servlet, "/v2/*");
  }
}
