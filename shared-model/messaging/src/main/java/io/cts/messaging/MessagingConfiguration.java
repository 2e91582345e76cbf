package io.cts.messaging;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Builds what a service needs to speak through topics; imported by each service. The service's name is
 * {@code spring.application.name}; {@code CTS_KAFKA} says where brokers are, {@code CTS_KAFKA_CONFIG} names a file of
 * further client settings (TLS, SASL), {@code CTS_INSTANCE} what this process is called (its host's name unless given).
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(MessagingSettings.class)
public class MessagingConfiguration {
  private static final int SCHEDULED_AT_ONCE = 4;

  @Bean
  EventJson eventJson() {
    return new EventJson();
  }

  @Bean
  KafkaClients kafkaClients(Environment environment) {
    return new KafkaClients(environment.getProperty("CTS_KAFKA", "localhost:9092"),
        environment.getRequiredProperty("spring.application.name"),
        environment.getProperty("CTS_INSTANCE", hostName()),
        KafkaClients.connection(environment.getProperty("CTS_KAFKA_CONFIG", "")));
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost"; // a machine that cannot look itself up
    }
  }

  /** Of the service's scheduled work: what is slow, such as looking through a whole store, does not hold up the rest. */
  @Bean
  ThreadPoolTaskScheduler taskScheduler() {
    var scheduler = new ThreadPoolTaskScheduler();
    scheduler.setPoolSize(SCHEDULED_AT_ONCE);
    scheduler.setThreadNamePrefix("scheduled-");
    return scheduler;
  }

  @Bean
  KafkaReach kafkaReach(KafkaClients clients) {
    return new KafkaReach(clients);
  }

  @Bean
  EventProducer eventProducer(KafkaClients clients) {
    return new EventProducer(clients);
  }

  @Bean
  OutboxRelay outboxRelay(JdbcClient database, PlatformTransactionManager transactions, EventProducer producer,
      MessagingSettings settings, ObjectProvider<MeterRegistry> metrics) {
    return new OutboxRelay(database, new TransactionTemplate(transactions), producer, settings, registry(metrics));
  }

  /** Traces go nowhere unless {@code CTS_TRACING} is the URL of an OpenTelemetry collector (OTLP over HTTP). */
  @Bean
  PullTraces pullTraces(KafkaClients clients, Environment environment, ObjectProvider<SpanExporter> exporter) {
    var collector = environment.getProperty("CTS_TRACING", "");
    return new PullTraces(clients.service(),
        exporter.getIfAvailable(() -> collector.isBlank()
            ? null
            : OtlpHttpSpanExporter.builder().setEndpoint(collector).build()));
  }

  @Bean
  Outbox outbox(JdbcClient database, EventJson json, OutboxRelay relay) {
    return new JdbcOutbox(database, json, relay);
  }

  @Bean
  KafkaObservations observations(EventJson json, EventProducer producer, ObjectProvider<MeterRegistry> metrics) {
    return new KafkaObservations(json, producer, registry(metrics));
  }

  @Bean
  DeadLetters deadLetters(KafkaClients clients, MessagingSettings settings, ObjectProvider<MeterRegistry> metrics) {
    return new DeadLetters(clients, settings.retries(), registry(metrics));
  }

  @Bean
  KafkaSubscriptions subscriptions(KafkaClients clients, MessagingSettings settings, EventJson json,
      JdbcClient database, PlatformTransactionManager transactions, DeadLetters deadLetters, PullTraces traces,
      ObjectProvider<MeterRegistry> metrics) {
    return new KafkaSubscriptions(clients, settings, json, new Inbox(database, clients.service()),
        new TransactionTemplate(transactions), deadLetters, new Handling(traces), registry(metrics));
  }

  @Bean
  Publishing publishing(KafkaClients clients, MessagingSettings settings, KafkaSubscriptions subscriptions,
      OutboxRelay relay, KafkaObservations observations, EventProducer producer) {
    return new Publishing(new TopicSetup(clients, settings), subscriptions, relay, observations, producer,
        clients.bootstrap());
  }

  @Bean(destroyMethod = "close")
  ConsumerLag consumerLag(KafkaClients clients, KafkaSubscriptions subscriptions) {
    return new ConsumerLag(clients, subscriptions::sharedTopics, subscriptions::jobTopics);
  }

  @Bean
  MessagingMeters messagingMeters(JdbcClient database, KafkaSubscriptions subscriptions, ConsumerLag lag,
      ObjectProvider<MeterRegistry> metrics) {
    return new MessagingMeters(database, subscriptions, lag, registry(metrics));
  }

  @Bean
  Consuming consuming(Publishing publishing, KafkaSubscriptions subscriptions, DeadLetters deadLetters,
      ObjectProvider<Prerequisite> prerequisites) {
    return new Consuming(publishing, subscriptions, deadLetters, prerequisites.stream().toList());
  }

  private static MeterRegistry registry(ObjectProvider<MeterRegistry> metrics) {
    return metrics.getIfAvailable(CompositeMeterRegistry::new); // one that counts nothing
  }
}
