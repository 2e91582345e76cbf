package io.cts.feedback;

import io.cts.feedback.fit.Demands;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** The settings under {@code cts.feedback}; feedback-collector.yml explains each. */
@ConfigurationProperties("cts.feedback")
record FeedbackSettings(
    Duration refitEvery,
    int fewestSamples,
    int fewestNodes,
    int mostSamples,
    int fewestPulls,
    Duration keep,
    Duration tidyEvery) {

  FeedbackSettings {
    positive("refit-every", refitEvery);
    positive("keep", keep);
    positive("tidy-every", tidyEvery);
    atLeast("fewest-samples", fewestSamples, 1);
    atLeast("fewest-nodes", fewestNodes, 2);
    atLeast("fewest-pulls", fewestPulls, 1);
    atLeast("most-samples", mostSamples, fewestSamples);
  }

  Demands demands() {
    return new Demands(fewestSamples, fewestNodes);
  }

  private static void positive(String name, Duration value) {
    if (!value.isPositive()) {
      throw new IllegalArgumentException("cts.feedback." + name + " must be positive, not " + value);
    }
  }

  private static void atLeast(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException("cts.feedback." + name + " must be at least " + least + ", not " + value);
    }
  }
}
