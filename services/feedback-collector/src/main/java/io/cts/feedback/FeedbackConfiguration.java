package io.cts.feedback;

import io.cts.feedback.outcomes.EvidenceReader;
import io.cts.feedback.outcomes.Outcomes;
import io.cts.feedback.weights.WeightsKeeper;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class FeedbackConfiguration {

  @Bean
  InstantSource now() {
    return Clock.systemUTC();
  }

  @Bean
  Refitter refitter(EvidenceReader evidence, WeightsKeeper weights, FeedbackSettings settings, MeterRegistry meters) {
    return new Refitter(evidence, weights, settings.demands(), meters);
  }

  @Bean
  Schedule schedule(Refitter refitter, WeightsKeeper weights, Outcomes outcomes, FeedbackSettings settings,
      InstantSource now) {
    return new Schedule(refitter, weights, outcomes, settings.keep(), now);
  }
}
