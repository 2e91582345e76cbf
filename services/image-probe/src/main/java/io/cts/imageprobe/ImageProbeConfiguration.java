package io.cts.imageprobe;

import io.cts.blobs.BlobReader;
import io.cts.blobs.BlobStore;
import io.cts.blobs.BlobWriter;
import io.cts.contract.Encoding;
import io.cts.contract.Topics;
import io.cts.messaging.Outbox;
import io.cts.messaging.Subscriptions;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.util.concurrent.Semaphore;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ImageProbeSettings.class)
@EnableScheduling
class ImageProbeConfiguration {

  @Bean
  Clock clock() {
    return Clock.systemUTC();
  }

  @Bean
  BlobStore blobs(ImageProbeSettings settings) throws IOException {
    return BlobStore.open(settings.blobs(), settings.scratch());
  }

  @Bean
  Semaphore layersWaiting() {
    return new Semaphore(0);
  }

  @Bean
  StoredImages storedImages(Layers layers, Profilings profilings, JsonMapper json, BlobReader blobs, Outbox outbox,
      Clock clock, Semaphore layersWaiting, ImageProbeSettings settings, Subscriptions subscriptions) {
    var images = new StoredImages(layers, profilings, new ClaimedDiffIds(blobs, json), outbox, clock,
        () -> layersWaiting.release(settings.parallel()));
    subscriptions.facts(Topics.IMAGE_STORED, images::handle);
    return images;
  }

  @Bean
  LayerReaders layerReaders(Layers layers, StoredImages images, BlobWriter blobs, TransactionTemplate transactions,
      ImageProbeSettings settings, MeterRegistry metrics, Clock clock, Semaphore layersWaiting) {
    return new LayerReaders(layers, images, new LayerProfiler(blobs, Encoding.LADDER), transactions, settings, metrics,
        clock, layersWaiting);
  }
}
