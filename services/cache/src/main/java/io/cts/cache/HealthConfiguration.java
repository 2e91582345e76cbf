package io.cts.cache;

import io.cts.cache.learning.DatabaseGate;
import io.cts.messaging.KafkaReach;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * What is said of the service's health: without the database or Kafka it goes on serving, degraded, and so it is not down.
 */
@Configuration(proxyBeanMethods = false)
class HealthConfiguration {
  private static final String DEGRADED = "DEGRADED";

  @Bean
  HealthIndicator databaseHealthIndicator(DatabaseGate gate) {
    return () -> gate.trouble()
        .map(trouble -> Health.status(DEGRADED)
            .withDetail("still", "known public images are served, and new ones as they are")
            .withDetail("since", trouble.since().toString())
            .withDetail("why", trouble.why())
            .build())
        .orElseGet(() -> Health.up().build());
  }

  @Bean
  HealthIndicator kafkaHealthIndicator(KafkaReach kafka) {
    return () -> kafka.trouble()
        .map(why -> Health.status(DEGRADED)
            .withDetail("still", "images are served; new ones are not profiled, and nothing is learnt from pulls")
            .withDetail("why", why)
            .build())
        .orElseGet(() -> Health.up().build());
  }
}
