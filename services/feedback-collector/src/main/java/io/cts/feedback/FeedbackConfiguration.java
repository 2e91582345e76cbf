package io.cts.feedback;

import io.cts.contract.Topics;
import io.cts.messaging.Outbox;
import io.cts.messaging.Subscriptions;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

@Configuration(proxyBeanMethods = false)
class FeedbackConfiguration {

  @Bean
  InstantSource now() {
    return Clock.systemUTC();
  }

  @Bean
  OutcomeStore outcomes(JdbcTemplate jdbc, Subscriptions subscriptions, MeterRegistry meters) {
    var store = new OutcomeStore(jdbc);
    subscriptions.observations(Topics.TRANSFER_OBSERVED, transfers -> {
      store.transfers(transfers);
      meters.counter("cts.feedback.transfers").increment(transfers.size());
    });
    subscriptions.observations(Topics.PULL_REPORTED, reports -> {
      store.reports(reports);
      meters.counter("cts.feedback.reports").increment(reports.size());
    });
    subscriptions.facts(Topics.PULL_PLANNED, store::planned);
    subscriptions.facts(Topics.NODE_PROFILED, store::profiled);
    subscriptions.facts(Topics.IMAGE_PROFILED, store::imageProfiled);
    return store;
  }

  @Bean
  EvidenceReader evidence(JdbcClient jdbc, FeedbackSettings settings) {
    return new EvidenceReader(jdbc, settings.mostSamples());
  }

  @Bean
  WeightsStore weightsStore(JdbcTemplate jdbc) {
    return new WeightsStore(jdbc);
  }

  @Bean
  WeightsKeeper weights(WeightsStore store, Subscriptions subscriptions, Outbox outbox,
      PlatformTransactionManager transactions, InstantSource now) {
    var keeper = new WeightsKeeper(store, outbox, new TransactionTemplate(transactions), now);
    subscriptions.everywhere(Topics.WEIGHTS_PUBLISHED, keeper::seen).thenRun(keeper::topicIsRead);
    return keeper;
  }

  @Bean
  Refitter refitter(EvidenceReader evidence, WeightsKeeper weights, FeedbackSettings settings, MeterRegistry meters) {
    return new Refitter(evidence, weights, settings.demands(), meters);
  }

  @Bean
  Scoreboard scoreboard(JdbcClient jdbc, EvidenceReader evidence, FeedbackSettings settings) {
    return new Scoreboard(jdbc, evidence, settings.fewestPulls());
  }

  @Bean
  Schedule schedule(Refitter refitter, WeightsKeeper weights, OutcomeStore outcomes, FeedbackSettings settings,
      InstantSource now) {
    return new Schedule(refitter, weights, outcomes, settings.keep(), now);
  }
}
