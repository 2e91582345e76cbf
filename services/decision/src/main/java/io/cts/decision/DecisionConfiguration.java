package io.cts.decision;

import com.fasterxml.jackson.annotation.Nulls;
import io.cts.contract.Topics;
import io.cts.messaging.EventJson;
import io.cts.messaging.Outbox;
import io.cts.messaging.Subscriptions;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jackson.autoconfigure.JsonMapperBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/** Builds the domain's classes and tells them what happens. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(DecisionSettings.class)
@EnableScheduling
class DecisionConfiguration {

  /** A list with a hole in it is no list of what it should hold. */
  @Bean
  JsonMapperBuilderCustomizer noNullsInLists() {
    return mapper -> mapper.changeDefaultNullHandling(nulls -> nulls.withContentNulls(Nulls.FAIL));
  }

  @Bean
  Clock clock() {
    return Clock.systemUTC();
  }

  @Bean
  Models models() {
    return new Models();
  }

  @Bean
  Nodes nodes(Clock clock) {
    return new Nodes(clock);
  }

  @Bean
  Decider decider(DecisionSettings settings, Models models, Nodes nodes, Clock clock) {
    return new Decider(settings, models, nodes, clock);
  }

  @Bean
  Pulls pulls(JdbcClient database, EventJson events, JsonMapper json) {
    return new Pulls(database, events, json);
  }

  @Bean
  Images images(JdbcClient database, EventJson events) {
    return new Images(database, events);
  }

  @Bean
  Encodings encodings(JdbcClient database, DecisionSettings settings) {
    return new Encodings(database, settings.encoders());
  }

  @Bean
  Joining joining(Pulls pulls, Images images, Encodings encodings, Decider decider, Nodes nodes, Models models,
      DecisionSettings settings, Outbox outbox, MeterRegistry metrics, Clock clock) {
    return new Joining(pulls, images, encodings, decider, nodes, models, settings, outbox, metrics, clock);
  }

  @Bean
  Sweeper sweeper(Joining joining, Pulls pulls, Images images, Encodings encodings, DecisionSettings settings,
      PlatformTransactionManager transactions, MeterRegistry metrics, Clock clock) {
    return new Sweeper(joining, pulls, images, encodings, settings, new TransactionTemplate(transactions), metrics,
        clock);
  }

  @Bean
  Simulation simulation(Decider decider, Images images, Encodings encodings, Nodes nodes, Models models, Clock clock) {
    return new Simulation(decider, images, encodings, nodes, models, clock);
  }

  /** What decision listens to. */
  @Bean
  Listening listening(Subscriptions subscriptions, Joining joining, Nodes nodes, Models models) {
    subscriptions.everywhere(Topics.WEIGHTS_PUBLISHED, models::use);
    subscriptions.everywhere(Topics.NODE_PROFILED, profiled -> nodes.put(profiled.profile()));
    subscriptions.facts(Topics.PULL_REQUESTED, joining::requested);
    subscriptions.facts(Topics.IMAGE_PROFILED, joining::profiled);
    subscriptions.facts(Topics.PULL_FAILED, joining::failed);
    subscriptions.facts(Topics.LAYER_ENCODED, joining::encoded);
    subscriptions.facts(Topics.ENCODING_FAILED, joining::encodingFailed);
    return new Listening();
  }

  /** Stands for the subscriptions. */
  record Listening() {}
}
