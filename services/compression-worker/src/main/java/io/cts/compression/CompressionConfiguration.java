package io.cts.compression;

import io.cts.blobs.BlobStore;
import io.cts.blobs.BlobWriter;
import io.cts.codec.Background;
import io.cts.contract.Event;
import io.cts.contract.Topics;
import io.cts.messaging.JobHandler;
import io.cts.messaging.Outbox;
import io.cts.messaging.Subscriptions;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Clock;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.transaction.support.TransactionTemplate;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(CompressionSettings.class)
@EnableScheduling
class CompressionConfiguration {

  @Bean
  Clock clock() {
    return Clock.systemUTC();
  }

  @Bean
  BlobStore blobs(CompressionSettings settings) throws IOException {
    return BlobStore.open(settings.blobs(), settings.scratch());
  }

  @Bean
  EncodingTable encodingTable(JdbcClient database) {
    return new EncodingTable(database);
  }

  @Bean
  WantedEncodings wantedEncodings(EncodingTable table, BlobWriter blobs, Outbox outbox, CompressionSettings settings,
      Clock clock, Subscriptions subscriptions) {
    var wanted = new WantedEncodings(table, blobs, outbox, settings, clock);
    subscriptions.facts(Topics.PULL_PLANNED, wanted::handle);
    return wanted;
  }

  @Bean
  EncodingJobs encodingJobs(EncodingTable table, BlobWriter blobs, Outbox outbox, TransactionTemplate transactions,
      CompressionSettings settings, MeterRegistry metrics, Clock clock, Subscriptions subscriptions) {
    var jobs = new EncodingJobs(table, new VariantMaker(blobs), outbox, transactions, settings, metrics, clock);
    subscriptions.jobs(Topics.ENCODING_REQUESTED, settings.jobsAtOnce(), inBackground(jobs::handle));
    return jobs;
  }

  @Bean
  DeltaTable deltaTable(JdbcClient database) {
    return new DeltaTable(database);
  }

  /** One quick delta at a time, by all processors that there is memory for: somebody waits for it. */
  @Bean
  DeltaJobs quickDeltaJobs(DeltaTable table, BlobWriter blobs, Outbox outbox, TransactionTemplate transactions,
      CompressionSettings settings, MeterRegistry metrics, Clock clock, Subscriptions subscriptions) {
    var maker = new DeltaMaker(blobs, settings.layerScratch(), settings.quickThreadsAtOnce());
    var jobs = new DeltaJobs(table, maker, blobs, outbox, transactions, settings, metrics, clock);
    subscriptions.jobs(Topics.DELTA_REQUESTED, 1, jobs::handle);
    return jobs;
  }

  /** One dense delta at a time, where there is memory for it; else they wait for a process that has some. */
  @Bean
  DeltaJobs denseDeltaJobs(DeltaTable table, BlobWriter blobs, Outbox outbox, TransactionTemplate transactions,
      CompressionSettings settings, MeterRegistry metrics, Clock clock, Subscriptions subscriptions) {
    var threads = settings.denseThreadsAtOnce();
    var maker = new DeltaMaker(blobs, settings.layerScratch(), Math.max(1, threads));
    var jobs = new DeltaJobs(table, maker, blobs, outbox, transactions, settings, metrics, clock);
    if (threads > 0) {
      subscriptions.jobs(Topics.DENSE_DELTA_REQUESTED, 1, inBackground(jobs::handle));
    }
    return jobs;
  }

  @Bean
  OverdueEncodings overdueEncodings(EncodingTable table, Outbox outbox, TransactionTemplate transactions,
      CompressionSettings settings, MeterRegistry metrics, Clock clock) {
    return new OverdueEncodings(table, outbox, transactions, settings, metrics, clock);
  }

  /** Encoding takes all processors that it finds: it must not find those that requests are served with. */
  private static <E extends Event> JobHandler<E> inBackground(JobHandler<E> handler) {
    var background = new Background();
    return (job, again) -> {
      background.giveWay();
      handler.handle(job, again);
    };
  }
}
