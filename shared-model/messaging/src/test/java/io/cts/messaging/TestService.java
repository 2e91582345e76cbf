package io.cts.messaging;

import io.cts.contract.Event;
import io.cts.contract.EventId;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import java.util.List;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** One process of a service that speaks through topics, and what tests ask of it. */
final class TestService implements AutoCloseable {
  private final ConfigurableApplicationContext context;

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  @Import(MessagingConfiguration.class)
  static class Wiring {

    @Bean
    MeterRegistry meters() {
      return new SimpleMeterRegistry();
    }

    /** Spans are kept in memory instead of being sent. */
    @Bean
    InMemorySpanExporter spans() {
      return InMemorySpanExporter.create();
    }
  }

  private TestService(ConfigurableApplicationContext context) {
    this.context = context;
  }

  /** @param subscriber subscribes while the beans are made, as a service does */
  static TestService start(String process, BiConsumer<Subscriptions, TestService> subscriber, String... properties) {
    var application = new SpringApplicationBuilder(Wiring.class).web(WebApplicationType.NONE)
        .properties("spring.application.name=tested", "CTS_INSTANCE=" + process, "spring.main.banner-mode=off",
            "spring.datasource.url=${CTS_DB_URL}", "spring.datasource.username=${CTS_DB_USER}",
            "spring.datasource.password=${CTS_DB_PASSWORD}", "spring.datasource.hikari.schema=tested",
            "spring.datasource.hikari.maximum-pool-size=4", "spring.flyway.schemas=tested",
            "spring.flyway.locations=classpath:db/messaging,classpath:db/messaging-test",
            "cts.messaging.job-lock=3s", "cts.messaging.retries=3",
            "logging.level.root=WARN")
        .properties(properties)
        .initializers(context -> context.getBeanFactory()
            .addBeanPostProcessor(
                new SubscribingProcessor(new TestService((ConfigurableApplicationContext) context), subscriber)));
    return new TestService(application.run());
  }

  private record SubscribingProcessor(TestService service, BiConsumer<Subscriptions, TestService> subscriber)
      implements
        BeanPostProcessor {
    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
      if (bean instanceof Subscriptions subscriptions) {
        subscriber.accept(subscriptions, service);
      }
      return bean;
    }
  }

  static TestService start(String process) {
    return start(process, (_, _) -> {});
  }

  void inTransaction(Consumer<Outbox> step) {
    new TransactionTemplate(context.getBean(PlatformTransactionManager.class))
        .executeWithoutResult(_ -> step.accept(context.getBean(Outbox.class)));
  }

  Outbox outbox() {
    return context.getBean(Outbox.class);
  }

  Observations observations() {
    return context.getBean(Observations.class);
  }

  PullTraces traces() {
    return context.getBean(PullTraces.class);
  }

  InMemorySpanExporter spans() {
    return context.getBean(InMemorySpanExporter.class);
  }

  double gauge(String name) {
    return context.getBean(MeterRegistry.class).get(name).gauge().value();
  }

  JdbcClient database() {
    return context.getBean(JdbcClient.class);
  }

  /** A row that a handler of this process writes. */
  void write(Event event) {
    database().sql("insert into handled (process, key, event_id) values (?, ?, ?)")
        .params(context.getEnvironment().getRequiredProperty("CTS_INSTANCE"), event.key(), event.id().value())
        .update();
  }

  /** The events that handlers wrote of, in that order. */
  List<EventId> written(String key) {
    return database().sql("select event_id from handled where key = ? order by nth")
        .param(key)
        .query(UUID.class)
        .list()
        .stream()
        .map(EventId::new)
        .toList();
  }

  @Override
  public void close() {
    context.close();
  }
}
