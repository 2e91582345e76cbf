package io.cts.cache.pipeline;

import io.cts.blobs.BlobReader;
import io.cts.cache.catalog.Catalog;
import io.cts.cache.catalog.CatalogStore;
import io.cts.cache.catalog.WriteBehind;
import io.cts.cache.choice.ClassForms;
import io.cts.cache.choice.Knowledge;
import io.cts.cache.choice.UntouchedImages;
import io.cts.cache.deltas.DeltaRequests;
import io.cts.cache.learning.Learner;
import io.cts.cache.observe.PullTracker;
import io.cts.cache.residence.Residents;
import io.cts.cache.upstream.BlobFetches;
import io.cts.cache.upstream.Repositories;
import io.cts.contract.PullRequested;
import io.cts.contract.Topics;
import io.cts.messaging.Outbox;
import io.cts.messaging.PullTraces;
import io.cts.messaging.Subscriptions;
import java.io.IOException;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/** Builds the pipeline's side of cache and subscribes it to its topics. */
@Configuration(proxyBeanMethods = false)
class PipelineConfiguration {

  @Bean
  PullStore pullStore(JdbcClient database, JsonMapper json) {
    return new PullStore(database, json);
  }

  @Bean
  AnnouncedPulls announcedPulls(PullStore pulls, PullTracker tracker, WriteBehind writes) {
    return new AnnouncedPulls(pulls, tracker, writes);
  }

  @Bean
  Intake intake(Repositories repositories, BlobFetches fetches, BlobReader blobs, UntouchedImages untouched,
      PullStore pulls, Catalog catalog, CatalogStore store, Outbox outbox, PlatformTransactionManager transactions,
      PullTraces traces, Clock clock) {
    var storer = new ImageStorer(repositories, fetches, blobs, untouched);
    return new Intake(storer, pulls, catalog, store, outbox, new TransactionTemplate(transactions), traces, clock);
  }

  @Bean
  Readiness readiness(PullStore pulls, Catalog catalog, CatalogStore store, ClassForms forms, Knowledge knowledge,
      PullTracker tracker, Residents residents, DeltaRequests deltas, Outbox outbox,
      PlatformTransactionManager transactions, Clock clock) {
    return new Readiness(pulls, catalog, store, forms, knowledge, tracker, residents, deltas, outbox,
        new TransactionTemplate(transactions), clock);
  }

  @Bean
  Listening listening(Subscriptions subscriptions, PullStore pulls, Intake intake, Readiness readiness,
      Residents residents, Knowledge knowledge, Learner learner) {
    subscriptions.facts(Topics.PULL_REQUESTED, event -> onRequested(event, pulls, intake));
    subscriptions.facts(Topics.IMAGE_PROFILED, readiness::on);
    subscriptions.facts(Topics.PULL_PLANNED, readiness::on);
    subscriptions.facts(Topics.LAYER_ENCODED, readiness::on);
    subscriptions.facts(Topics.ENCODING_FAILED, readiness::on);
    subscriptions.everywhere(Topics.NODE_PROFILED, knowledge::on);
    subscriptions.everywhere(Topics.WEIGHTS_PUBLISHED, knowledge::on);
    return new Listening(intake, readiness, residents, learner);
  }

  private static void onRequested(PullRequested event, PullStore pulls, Intake intake) {
    pulls.requested(event);
    TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
      @Override
      public void afterCommit() {
        intake.begin(event.pull());
      }
    });
  }

  /** Takes up now and then what was interrupted, and waits while the database is away. */
  static final class Listening {
    private final Intake intake;
    private final Readiness readiness;
    private final Residents residents;
    private final Learner learner;

    Listening(Intake intake, Readiness readiness, Residents residents, Learner learner) {
      this.intake = intake;
      this.readiness = readiness;
      this.residents = residents;
      this.learner = learner;
    }

    @Scheduled(initialDelayString = "5s", fixedDelayString = "10s")
    void takeUpIntake() {
      withDatabase(intake::sweep);
    }

    @Scheduled(initialDelayString = "2s", fixedDelayString = "2s")
    void lookAgain() {
      withDatabase(readiness::lookAgain);
    }

    @Scheduled(initialDelayString = "60s", fixedDelayString = "60s")
    void stopWaiting() {
      withDatabase(readiness::sweep);
    }

    @Scheduled(initialDelayString = "30s", fixedDelayString = "60s")
    void makeRoom() {
      residents.note();
      residents.shrink();
    }

    @Scheduled(initialDelayString = "5m", fixedDelayString = "5m")
    void takeStock() throws IOException {
      if (learner.isInStep()) {
        residents.takeStock();
      }
    }

    private void withDatabase(Runnable work) {
      if (learner.isInStep()) {
        work.run();
      }
    }
  }
}
