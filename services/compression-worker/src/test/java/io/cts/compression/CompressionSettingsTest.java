package io.cts.compression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CompressionSettingsTest {

  @Test
  void a_large_layer_is_given_more_time() {
    var settings = settings(1, 3);
    assertThat(settings.workDeadline(0)).isEqualTo(Duration.ofMinutes(2));
    assertThat(settings.workDeadline(1_000_000_000)).isEqualTo(Duration.ofSeconds(120 + 2000));
  }

  @Test
  void pauses_double() {
    var settings = settings(1, 3);
    assertThat(settings.retryPause(1)).isEqualTo(Duration.ofSeconds(10));
    assertThat(settings.retryPause(3)).isEqualTo(Duration.ofSeconds(40));
  }

  @Test
  void a_wrong_setting_is_named() {
    assertThatIllegalArgumentException().isThrownBy(() -> settings(-1, 3))
        .withMessage("cts.compression.parallel must be at least 0, not -1");
    assertThatIllegalArgumentException().isThrownBy(() -> settings(1, 0)).withMessageContaining("attempts");
  }

  private static CompressionSettings settings(int parallel, int attempts) {
    return new CompressionSettings("blobs", Path.of("scratch"), parallel, 1, attempts, Duration.ofMinutes(10),
        Duration.ofMinutes(2),
        0.5, Duration.ofSeconds(10), Duration.ofSeconds(5));
  }
}
