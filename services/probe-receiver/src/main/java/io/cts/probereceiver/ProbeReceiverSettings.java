package io.cts.probereceiver;

import io.cts.contract.ImageRef;
import io.cts.contract.Platform;
import jakarta.validation.constraints.NotNull;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/** The settings under {@code cts.probe-receiver}; probe-receiver.yml explains each. */
@Validated
@ConfigurationProperties("cts.probe-receiver")
public record ProbeReceiverSettings(
    @NotNull URI decisionUrl,
    @NotNull URI feedbackUrl,
    @NotNull URI registryUrl,
    @DefaultValue List<URI> dependsOn,
    @NotNull Duration keep,
    @NotNull Duration sweepEvery,
    @NotNull Duration forgetEvery,
    @NotNull Duration liveEvery,
    @DefaultValue List<Watch> watches,
    @NotNull Duration watchEvery) {

  /**
   * A tag to look at.
   *
   * @param image as one types it, with a tag
   * @param platform os/architecture; absent: whatever cache takes for the wanted one
   */
  public record Watch(String image, @Nullable String platform) {
    public Watch {
      if (ImageRef.parse(image).digest() != null) {
        throw new IllegalArgumentException("cannot watch " + image + ": a digest never changes; name a tag");
      }
      if (platform != null) {
        Platform.parse(platform);
      }
    }

    public ImageRef ref() {
      return ImageRef.parse(image);
    }

    public @Nullable Platform wanted() {
      return platform == null ? null : Platform.parse(platform);
    }
  }
}
