package io.cts.compression;

import io.cts.messaging.MessagingConfiguration;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Import;

/** Makes each variant that a plan wants, once however many ask. */
@SpringBootApplication
@Import(MessagingConfiguration.class)
public class CompressionService {

  /** Ready to run; a test or standalone adds properties of its own. */
  public static SpringApplicationBuilder application() {
    return new SpringApplicationBuilder(CompressionService.class).properties("spring.config.name=compression-worker");
  }

  public static void main(String[] args) {
    application().run(args);
  }
}
