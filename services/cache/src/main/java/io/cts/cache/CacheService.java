package io.cts.cache;

import io.cts.messaging.MessagingConfiguration;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.webmvc.autoconfigure.error.ErrorMvcAutoConfiguration;
import org.springframework.context.annotation.Import;
import org.springframework.scheduling.annotation.EnableScheduling;

/** Serves images. Without an error page: one would be written into the middle of a blob that has to be cut off. */
@SpringBootApplication(exclude = ErrorMvcAutoConfiguration.class)
@EnableConfigurationProperties(CacheSettings.class)
@EnableScheduling
@Import(MessagingConfiguration.class)
public class CacheService {

  public static void main(String[] arguments) {
    application().run(arguments);
  }

  /** The service with its own settings file; whoever runs several services in one JVM adds properties to it. */
  public static SpringApplicationBuilder application() {
    return new SpringApplicationBuilder(CacheService.class).properties("spring.config.name=cache");
  }
}
