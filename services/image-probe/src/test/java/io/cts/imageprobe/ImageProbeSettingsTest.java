package io.cts.imageprobe;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ImageProbeSettingsTest {

  @Test
  void a_wrong_setting_is_named() {
    assertThatIllegalArgumentException().isThrownBy(() -> settings(0, 2)).withMessageContaining("parallel");
    assertThatIllegalArgumentException().isThrownBy(() -> settings(1, 10)).withMessageContaining("a third of hold");
  }

  private static ImageProbeSettings settings(int parallel, int pollSeconds) {
    return new ImageProbeSettings("blobs", Path.of("scratch"), parallel, 3, Duration.ofSeconds(15),
        Duration.ofSeconds(10),
        Duration.ofSeconds(pollSeconds));
  }
}
