package io.cts.probereceiver;

import com.fasterxml.jackson.annotation.Nulls;
import io.cts.messaging.MessagingConfiguration;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jackson.autoconfigure.JsonMapperBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.scheduling.annotation.EnableScheduling;

/** The front door of the control plane. */
@SpringBootApplication(proxyBeanMethods = false)
@EnableScheduling
@EnableConfigurationProperties(ProbeReceiverSettings.class)
@Import(MessagingConfiguration.class)
public class ProbeReceiverService {
  private static final Duration CONNECT = Duration.ofSeconds(2);

  public static void main(String[] arguments) {
    application().run(arguments);
  }

  /** The service with its own settings file, whatever else lies on the class path. */
  public static SpringApplicationBuilder application() {
    return new SpringApplicationBuilder(ProbeReceiverService.class)
        .properties("spring.config.name=probe-receiver");
  }

  /** In microseconds, as PostgreSQL keeps time: what is answered first and what is read later are the same. */
  @Bean
  Clock clock() {
    return Clock.tick(Clock.systemUTC(), Duration.ofNanos(1000));
  }

  /** A list with a hole in it is no list of what it should hold. */
  @Bean
  JsonMapperBuilderCustomizer noNullsInLists() {
    return mapper -> mapper.changeDefaultNullHandling(nulls -> nulls.withContentNulls(Nulls.FAIL));
  }

  @Bean
  Json json() {
    return new Json();
  }

  /** For the other services of CTS: nothing is ever asked of the outside world. */
  @Bean
  HttpClient otherServices() {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(CONNECT)
        .followRedirects(HttpClient.Redirect.NEVER)
        .build();
  }
}
