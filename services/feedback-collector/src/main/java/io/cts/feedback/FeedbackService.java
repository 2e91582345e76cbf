package io.cts.feedback;

import io.cts.messaging.MessagingConfiguration;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Import;
import org.springframework.scheduling.annotation.EnableScheduling;

/** Learns from what pulls really took. */
@SpringBootApplication
@EnableConfigurationProperties(FeedbackSettings.class)
@EnableScheduling
@Import(MessagingConfiguration.class)
public class FeedbackService {

  public static void main(String[] arguments) {
    application().run(arguments);
  }

  /** The service with its own settings file; whoever runs several services in one JVM adds properties to it. */
  public static SpringApplicationBuilder application() {
    return new SpringApplicationBuilder(FeedbackService.class).properties("spring.config.name=feedback-collector");
  }
}
