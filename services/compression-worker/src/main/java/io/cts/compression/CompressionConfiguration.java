package io.cts.compression;

import io.cts.blobs.BlobStore;
import io.cts.blobs.BlobWriter;
import io.cts.contract.Topics;
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
    subscriptions.jobs(Topics.ENCODING_REQUESTED, settings.jobsAtOnce(), jobs::handle);
    return jobs;
  }

  @Bean
  OverdueEncodings overdueEncodings(EncodingTable table, Outbox outbox, TransactionTemplate transactions,
      CompressionSettings settings, MeterRegistry metrics, Clock clock) {
    return new OverdueEncodings(table, outbox, transactions, settings, metrics, clock);
  }
}
