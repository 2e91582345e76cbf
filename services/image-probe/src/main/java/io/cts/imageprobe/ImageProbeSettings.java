package io.cts.imageprobe;

import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** How layers are read; image-probe.yml explains each and gives its default. */
@ConfigurationProperties("cts.image-probe")
record ImageProbeSettings(
    String blobs,
    Path scratch,
    int parallel,
    int attempts,
    Duration hold,
    Duration retryPause,
    Duration poll) {

  ImageProbeSettings {
    atLeastOne("parallel", parallel);
    atLeastOne("attempts", attempts);
    positive("hold", hold);
    positive("retry-pause", retryPause);
    positive("poll", poll);
    if (poll.multipliedBy(3).compareTo(hold) > 0) {
      throw new IllegalArgumentException(
          "cts.image-probe.poll must be at most a third of hold (" + hold + "), not " + poll);
    }
  }

  private static void atLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("cts.image-probe." + name + " must be at least 1, not " + value);
    }
  }

  private static void positive(String name, Duration value) {
    if (!value.isPositive()) {
      throw new IllegalArgumentException("cts.image-probe." + name + " must be positive, not " + value);
    }
  }
}
