package io.cts.decision;

import io.cts.messaging.MessagingConfiguration;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Import;

/** Joins what is asked with what is known, and plans. */
@SpringBootApplication
@Import(MessagingConfiguration.class)
public class DecisionService {

  public static void main(String[] args) {
    application().run(args);
  }

  /** The service, not yet running; whoever starts it may add properties. */
  public static SpringApplicationBuilder application() {
    return new SpringApplicationBuilder(DecisionService.class).properties("spring.config.name=decision");
  }
}
