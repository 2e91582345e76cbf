package io.cts.cache;

import io.cts.messaging.testing.WithKafkaAndPostgres;
import org.junit.jupiter.api.AfterEach;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** A cache on a real broker and database, in front of an upstream that can be made to fail. */
@WithKafkaAndPostgres
@SpringBootTest(classes = CacheService.class, webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = {
    "spring.config.name=cache", "cts.cache.public-upstreams=false", "cts.cache.tag-freshness=0s",
    "cts.cache.dial-timeout=2s", "cts.cache.delta-hold=60s"})
abstract class CacheWithUpstream {
  /** Ends with the JVM. */
  static final TestRegistry UPSTREAM = TestRegistry.open();

  @LocalServerPort
  int port;

  @DynamicPropertySource
  static void upstreams(DynamicPropertyRegistry registry) {
    registry.add("cts.cache.upstreams[0].name", () -> "test.local");
    registry.add("cts.cache.upstreams[0].url", UPSTREAM::url);
    registry.add("cts.cache.upstreams[1].name", () -> "docker.io");
    registry.add("cts.cache.upstreams[1].url", UPSTREAM::url);
  }

  @AfterEach
  void heal() {
    UPSTREAM.heal();
  }
}
