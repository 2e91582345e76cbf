package io.cts.feedback.outcomes;

import io.cts.contract.Topics;
import io.cts.messaging.Subscriptions;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class OutcomesConfiguration {

  @Bean
  Outcomes outcomes(Transfers transfers, Reports reports, Plans plans, Profiles profiles, Layers layers,
      Subscriptions subscriptions, MeterRegistry meters) {
    var outcomes = new Outcomes(transfers, reports, plans, profiles, layers);
    subscriptions.observations(Topics.TRANSFER_OBSERVED, observed -> {
      outcomes.transfers(observed);
      meters.counter("cts.feedback.transfers").increment(observed.size());
    });
    subscriptions.observations(Topics.PULL_REPORTED, reported -> {
      outcomes.reports(reported);
      meters.counter("cts.feedback.reports").increment(reported.size());
    });
    subscriptions.facts(Topics.PULL_PLANNED, outcomes::planned);
    subscriptions.facts(Topics.NODE_PROFILED, outcomes::profiled);
    subscriptions.facts(Topics.IMAGE_PROFILED, outcomes::imageProfiled);
    return outcomes;
  }

  @Bean
  SavingsMeters savingsMeters(Transfers transfers, InstantSource now, MeterRegistry meters) {
    return new SavingsMeters(transfers, now, meters);
  }

  @Bean
  EvidenceReader evidence(Transfers transfers, Reports reports, @Value("${cts.feedback.most-samples}") int most) {
    return new EvidenceReader(transfers, reports, most);
  }

  @Bean
  Scoreboard scoreboard(Transfers transfers, EvidenceReader evidence,
      @Value("${cts.feedback.fewest-pulls}") int fewestPulls) {
    return new Scoreboard(transfers, evidence, fewestPulls);
  }
}
