package io.cts.imageprobe;

import io.cts.messaging.MessagingConfiguration;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Import;

/** Reads each stored layer once: features, diffID, how well codecs do on it. */
@SpringBootApplication
@Import(MessagingConfiguration.class)
public class ImageProbeService {

  /** Ready to run; a test or standalone adds properties of its own. */
  public static SpringApplicationBuilder application() {
    return new SpringApplicationBuilder(ImageProbeService.class).properties("spring.config.name=image-probe");
  }

  public static void main(String[] args) {
    application().run(args);
  }
}
