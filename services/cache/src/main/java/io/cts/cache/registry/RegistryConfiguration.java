package io.cts.cache.registry;

import io.cts.blobs.BlobWriter;
import io.cts.cache.CacheSettings;
import io.cts.cache.catalog.Catalog;
import io.cts.cache.choice.EncodingChooser;
import io.cts.cache.choice.FormChooser;
import io.cts.cache.observe.LinkSpeeds;
import io.cts.cache.observe.PullTracker;
import io.cts.cache.observe.Transfers;
import io.cts.cache.residence.Residents;
import io.cts.cache.upstream.BlobFetches;
import io.cts.cache.upstream.Repositories;
import io.cts.cache.upstream.Sightings;
import java.time.Clock;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

/** Puts the registry's endpoints together under {@code /v2/}. */
@Configuration(proxyBeanMethods = false)
class RegistryConfiguration {

  @Bean
  ServletRegistrationBean<RegistryServlet> registry(CacheSettings settings, Catalog catalog, BlobWriter blobs,
      Repositories repositories, Sightings sightings, BlobFetches fetches, Residents residents, FormChooser forms,
      EncodingChooser encodings, PullTracker pulls, Transfers transfers, LinkSpeeds speeds, JsonMapper json,
      Clock clock) {
    var answers = new Answers(json);
    var stored = new StoredBlobs(blobs, fetches, residents, speeds, transfers, clock);
    var servlet = new RegistryServlet(new Callers(settings.trustedProxies()),
        new ManifestEndpoint(catalog, repositories, forms, pulls, answers),
        new BlobEndpoint(catalog, blobs, fetches, sightings, encodings, pulls, stored),
        new ListEndpoints(repositories, answers), answers);
    return new ServletRegistrationBean<>(servlet, "/v2/*");
  }
}
